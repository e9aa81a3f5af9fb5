"""Functions run together: their statements take one round trip, and each gets the rows that it gets alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import g

from crm.core import clock
from crm.core.data.base import Instant, code, fetch, money
from crm.core.data.identity import User
from crm.core.data.together import run_together
from crm.core.words import LabeledEnum, _l


class Size(LabeledEnum):
    """Values of a closed list."""

    small = "s", _l("Small")


pytestmark = pytest.mark.usefixtures("session", "people")
NOW = datetime(2026, 11, 28, 9, 30, 0, 120_000, tzinfo=ZoneInfo("Asia/Shanghai"))
VALUES = {
    "number": (sa.Integer, 7),
    "text": (sa.String, "水务 \"A\" 100% {} 'b' :c \\n"),
    "is_true": (sa.Boolean, True),
    "is_false": (sa.Boolean, False),
    "day": (sa.Date, date(2026, 2, 28)),
    "time": (sa.Time, time(9, 30)),
    "moment": (Instant, NOW),
    "amount": (money(), Decimal("123456789012.34")),
    "whole": (money(), Decimal("5.00")),
    "ratio": (sa.Float, 0.25),
    "size": (code(Size), Size.small),
    "tree": (sa.JSON(none_as_null=True), {"names": ["水", None], "share": 0.5}),
}
ALL_TYPES = sa.select(*(sa.bindparam(name, type_=kind).label(name) for name, (kind, _value) in VALUES.items()))
NUMBER = sa.select(sa.bindparam("n", type_=sa.Integer).label("n"))
NAMES = (
    sa.select(User.id, User.name, User.last_seen_at)
    .where(User.name.in_(sa.bindparam("names", expanding=True)))
    .order_by(User.name.desc())
)
TWICE_THE_NAME = sa.select(User.id, User.id.label("other"), User.name, User.name).order_by(User.id).limit(3)
BINARY = sa.select(sa.literal(b"x", sa.LargeBinary).label("data"))


def test_each_type_has_the_values_it_has_alone(sql):
    params = {name: value for name, (_kind, value) in VALUES.items()}
    none = dict.fromkeys(VALUES)
    for values in (params, none):
        alone = fetch(ALL_TYPES, values)[0]
        sql.clear()
        rows, numbers = run_together(lambda values=values: fetch(ALL_TYPES, values), lambda: fetch(NUMBER, {"n": 3}))
        assert len(sql) == 1
        assert rows == [alone]
        assert [type(value) for value in rows[0]] == [type(value) for value in alone]
        assert rows[0]._mapping == alone._mapping
        assert numbers == [(3,)]
    assert rows[0] == (None,) * len(VALUES)
    assert fetch(ALL_TYPES, params)[0] == tuple(params.values())


def test_rows_keep_their_order_names_and_lists_of_parameters(sql, people):
    names = [user.name for user in people.values()]
    alone = fetch(NAMES, {"names": names}), fetch(NAMES, {"names": names[:1]}), fetch(NAMES, {"names": []})
    sql.clear()
    rows = run_together(*(lambda chosen=chosen: fetch(NAMES, {"names": chosen}) for chosen in (names, names[:1], [])))
    assert len(sql) == 1
    assert tuple(rows) == alone
    assert [row.name for row in rows[0]] == sorted(names, reverse=True)


def test_a_parameter_that_occurs_twice_is_one_value():
    value = sa.func.coalesce(User.native_name, "")
    stmt = sa.select(value, sa.func.count()).group_by(value).order_by(value)
    alone = fetch(stmt)
    rows, same, _number = run_together(lambda: fetch(stmt), lambda: fetch(stmt), lambda: fetch(NUMBER, {"n": 1}))
    assert rows == same == alone


def test_percent_signs_in_a_statement_stay():
    stmt = sa.select(sa.literal_column("'50% $1'").label("text"), sa.bindparam("n", type_=sa.Integer) % 4)
    alone = fetch(stmt, {"n": 7})
    rows, _number = run_together(lambda: fetch(stmt, {"n": 7}), lambda: fetch(NUMBER, {"n": 1}))
    assert rows == alone == [("50% $1", 3)]


def test_columns_of_the_same_name_are_read_by_position():
    alone = fetch(TWICE_THE_NAME)
    rows, _number = run_together(lambda: fetch(TWICE_THE_NAME), lambda: fetch(NUMBER, {"n": 1}))
    assert len(rows) == 3
    assert [tuple(row) for row in rows] == [tuple(row) for row in alone]


def test_statements_that_follow_each_other_are_executed_in_rounds(sql):
    def follow(start):
        number = fetch(NUMBER, {"n": start})[0].n
        return fetch(NUMBER, {"n": number + 1})[0].n

    sql.clear()
    assert run_together(lambda: follow(10), lambda: follow(20), lambda: "no statement") == [11, 21, "no statement"]
    assert len(sql) == 2


def test_inner_functions_wait_with_the_outer_ones(sql):
    def inner():
        one, two = run_together(lambda: fetch(NUMBER, {"n": 1}), lambda: fetch(NUMBER, {"n": 2}))
        return one[0].n + two[0].n + fetch(NUMBER, {"n": 3})[0].n

    sql.clear()
    assert run_together(inner, lambda: fetch(NUMBER, {"n": 4})[0].n, run_together) == [6, 4, []]
    assert len(sql) == 2


def test_the_same_statement_is_executed_once(sql):
    sql.clear()
    rows = run_together(*[lambda: fetch(NUMBER, {"n": 5})] * 3)
    assert rows == [[(5,)]] * 3
    assert len(sql) == 1
    assert "WITH" not in sql[0]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_json_does_not_carry_is_executed_alone_on_sqlite(sql):
    sql.clear()
    rows = run_together(lambda: fetch(BINARY), lambda: fetch(NUMBER, {"n": 5}), lambda: fetch(NUMBER, {"n": 6}))
    assert [bytes(rows[0][0].data), *rows[1:]] == [b"x", [(5,)], [(6,)]]
    assert len(sql) == 2


def test_statements_that_differ_in_values_only_are_compiled_once_with_their_own_values(sql):
    sql.clear()
    both = [
        lambda n=n: fetch(sa.select(sa.literal(n).label("n")).where(sa.literal(n).in_([n, *range(n)]))) for n in (1, 2)
    ]
    assert run_together(*both) == [[(1,)], [(2,)]]
    assert run_together(*reversed(both)) == [[(2,)], [(1,)]]
    assert len(sql) == 2


def test_an_exception_ends_all_and_leaves_the_session_usable():
    def fail():
        fetch(NUMBER, {"n": 1})
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_together(fail, lambda: fetch(NUMBER, {"n": 2}))
    assert fetch(NUMBER, {"n": 3}) == [(3,)]


def test_functions_share_request_and_clock(app):
    moment = NOW + timedelta(days=1)
    with app.test_request_context(), clock.frozen(moment):
        g.word = "shared"
        assert run_together(lambda: g.word, clock.now) == ["shared", moment]


def test_changes_before_are_read(people):
    people["anna"].name = "Anna Changed"
    rows, _number = run_together(lambda: fetch(NAMES, {"names": ["Anna Changed"]}), lambda: fetch(NUMBER, {"n": 1}))
    assert [row.name for row in rows] == ["Anna Changed"]
