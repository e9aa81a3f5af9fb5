"""Rounds of `run_together` on PostgreSQL: rows, prepared statements, errors, and the transaction after an error."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from psycopg.pq import PipelineStatus, TransactionStatus

from crm.core.data.base import db, fetch
from crm.core.data.together import run_together

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
N = sa.bindparam("n", type_=sa.Integer)
NUMBER = sa.select(N.label("n"))
RATIO = sa.select((sa.literal(100) // N).label("ratio"))
FOURTH = sa.select((N + 4).label("fourth"))
OTHER_TYPES = sa.select(
    sa.literal(b"\x00x", sa.LargeBinary).label("data"),
    sa.literal([3, 1], sa.ARRAY(sa.Integer)).label("ids"),
    sa.literal(timedelta(hours=2), sa.Interval).label("duration"),
    sa.literal(1.5, sa.Numeric(asdecimal=False)).label("number"),
    sa.func.avg(sa.literal(2, sa.Integer)).label("average"),
    sa.cast(sa.literal(7), sa.BigInteger).label("big"),
    sa.func.sum(sa.cast(sa.literal(0.25), sa.Float)).label("sum"),
)


def read(stmt, **values):
    """Return a function that reads a statement."""
    return lambda: fetch(stmt, values)


def five(third: int) -> list:
    """Return five functions; the third one divides by a number."""
    numbers = [read(NUMBER, n=n) for n in (1, 2)]
    return [*numbers, read(RATIO, n=third), read(FOURTH, n=0), read(NUMBER, n=5)]


def driver_connection():
    """Return psycopg's connection of the session."""
    return db.session.connection().connection.driver_connection


def prepared_statements() -> list[str]:
    """Return the texts that the server keeps prepared for the connection of the session."""
    return list(db.session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")))


def test_types_that_json_does_not_carry_have_the_values_they_have_alone(session, sql):
    (alone,) = fetch(OTHER_TYPES)
    sql.clear()
    rows, _number = run_together(read(OTHER_TYPES), read(NUMBER, n=1))
    assert len(sql) == 1
    assert rows == [alone]
    assert [type(value) for value in rows[0]] == [type(value) for value in alone]


def test_round_is_one_statement_with_the_text_and_the_values_of_each(session):
    executed = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        executed.append((statement, parameters))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    run_together(read(NUMBER, n=3), read(FOURTH, n=4))
    sa.event.remove(connection, "before_cursor_execute", note)
    texts = "SELECT $1::INTEGER AS n;\nSELECT $1::INTEGER + $2::INTEGER AS fourth"
    assert executed == [(texts, {"1": [3], "2": [4, 4]})]


def test_statement_of_a_round_is_prepared_once_also_for_its_execution_alone(real_app):
    with real_app.app_context():
        for n in range(8):
            assert run_together(read(NUMBER, n=n), read(FOURTH, n=n)) == [[(n,)], [(n + 4,)]]
        assert fetch(NUMBER, {"n": 9}) == [(9,)]
        texts = prepared_statements()
    assert [text for text in texts if text.startswith("SELECT $1")] == [
        "SELECT $1::INTEGER AS n",
        "SELECT $1::INTEGER + $2::INTEGER AS fourth",
    ]


def test_small_and_large_numbers_have_the_same_prepared_statement(real_app):
    in_list = sa.select(N.in_(sa.bindparam("ids", type_=sa.Integer, expanding=True)).label("is_in_list"))
    with real_app.app_context():
        for ids in ([1, 2, 3], [1, 40_000, 3], [40_000, 2, 2**31 - 1], [-(2**31), 2, 3], [5, 6, 40_000], [7, 8, 9]):
            assert run_together(read(in_list, n=3, ids=ids), read(NUMBER, n=1))[0] == [(3 in ids,)]
        assert len([text for text in prepared_statements() if text.endswith("AS is_in_list")]) == 1


def test_no_more_statements_stay_prepared_than_the_connection_keeps(real_app):
    with real_app.app_context():
        driver_connection().prepared_max = 5
        for size in range(1, 15):
            stmt = sa.select(*(N.label(f"n{position}") for position in range(size)))
            for n in range(7):
                assert run_together(read(stmt, n=n), read(NUMBER, n=n)) == [[(n,) * size], [(n,)]]
        assert len(prepared_statements()) <= 6


def test_error_is_that_of_sqlalchemy_and_aborts_the_transaction(real_app):
    with real_app.app_context():
        with pytest.raises(sa.exc.DataError) as raised:
            run_together(*five(0))
        assert raised.value.orig.sqlstate == "22012"
        assert raised.value.orig.__notes__ == ["SELECT $1::INTEGER / $2::INTEGER AS ratio"]
        assert driver_connection().pgconn.pipeline_status == PipelineStatus.OFF
        with pytest.raises(sa.exc.InternalError, match="aborted"):
            fetch(NUMBER, {"n": 1})
        db.session.rollback()
        assert [rows[0][0] for rows in run_together(*five(4))] == [1, 2, 25, 4, 5]


def test_statements_after_an_error_can_be_executed_after_a_rollback_to_a_savepoint(real_app):
    with real_app.app_context():
        # The driver forgets what is prepared at a rollback to a savepoint, but not at each.
        for _repeated in range(2):
            savepoint = db.session.begin_nested()
            fetch(NUMBER, {"n": 1})
            savepoint.rollback()
            db.session.commit()
        # The fifth execution is the last one before a statement is prepared.
        for _repeated in range(5):
            run_together(*five(4))
        savepoint = db.session.begin_nested()
        with pytest.raises(sa.exc.DataError):
            run_together(*five(0))
        savepoint.rollback()
        assert [rows[0][0] for rows in run_together(*five(4))] == [1, 2, 25, 4, 5]


def test_value_that_the_driver_refuses_leaves_the_transaction_usable(session):
    untyped = sa.select(sa.bindparam("x").label("x"))
    with pytest.raises(sa.exc.ProgrammingError, match="cannot adapt") as raised:
        run_together(read(NUMBER, n=1), read(untyped, x=object()), read(NUMBER, n=2))
    assert raised.value.orig.__notes__ == ["SELECT $1 AS x"]
    assert run_together(read(NUMBER, n=1), read(NUMBER, n=2)) == [[(1,)], [(2,)]]
    connection = session.connection()
    connection.exec_driver_sql("CREATE TEMP TABLE numbers (n bigint)")
    # The driver prepares statements for several rows at once, and uses them the second time.
    for _repeated in range(2):
        connection.exec_driver_sql("INSERT INTO numbers VALUES (%(n)s)", [{"n": 1}, {"n": 2}])


def test_connection_that_ends_in_a_round_is_replaced_after_a_rollback(real_app):
    with real_app.app_context():
        end = sa.select(sa.func.pg_terminate_backend(sa.func.pg_backend_pid()).label("ended"))
        first = driver_connection()
        with pytest.raises(sa.exc.OperationalError) as raised:
            run_together(read(NUMBER, n=1), read(end), read(NUMBER, n=2))
        assert raised.value.connection_invalidated
        db.session.rollback()
        assert run_together(read(NUMBER, n=1), read(NUMBER, n=2)) == [[(1,)], [(2,)]]
        assert driver_connection() is not first


def test_connection_that_has_ended_before_a_round_is_replaced_after_a_rollback(real_app):
    with real_app.app_context():
        first = driver_connection()
        with db.engine.connect() as other:
            other.execute(sa.select(sa.func.pg_terminate_backend(first.info.backend_pid)))
        with pytest.raises(sa.exc.OperationalError) as raised:
            run_together(read(NUMBER, n=1), read(NUMBER, n=2))
        assert raised.value.connection_invalidated
        db.session.rollback()
        assert run_together(read(NUMBER, n=1), read(NUMBER, n=2)) == [[(1,)], [(2,)]]


def test_round_may_begin_the_transaction(real_app):
    with real_app.app_context():
        assert run_together(read(NUMBER, n=1), read(NUMBER, n=2)) == [[(1,)], [(2,)]]
        assert driver_connection().info.transaction_status == TransactionStatus.INTRANS
        db.session.commit()
        assert run_together(read(NUMBER, n=3), read(NUMBER, n=4)) == [[(3,)], [(4,)]]
