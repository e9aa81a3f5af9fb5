"""History: which changes of a flush are recorded, for which actor, and what can't bypass it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch, Change, ChangeSource, act_as, in_batch
from crm.core.data.history_at_end import history_at_end
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, archive_record
from crm.organizations.models import Alias, DatedFact, Organization
from crm.organizations.policy import FactKind
from tests.factories import organization, owner


@pytest.fixture
def lines(session):
    """Return the history lines written since the last call, as (action, table, diff)."""
    position = [session.scalar(sa.select(sa.func.max(Change.id)))]

    def since():
        session.flush()
        stmt = sa.select(Change).where(Change.id > position[0]).order_by(Change.id)
        rows = list(session.scalars(stmt))
        position[0] = max([position[0], *(line.id for line in rows)])
        return [(line.action, line.table, line.diff) for line in rows]

    return since


def last(session):
    return session.scalars(sa.select(Change).order_by(Change.id.desc())).first()


def test_created_row_records_its_values(session, lines):
    row = Organization(name="Huayue", city="Ningbo", parent_share=Decimal("51.50"))
    session.add(row)
    assert lines() == [
        (
            "created",
            "organization",
            {
                "name": [None, "Huayue"],
                "city": [None, "Ningbo"],
                "parent_share": [None, "51.50"],
                "kind": [None, "organization"],
            },
        ),
    ]
    line = last(session)
    assert (line.root_id, line.row_id) == (row.id, str(row.id))


def test_changed_row_records_only_differing_values(session, lines):
    row = organization("Huayue", city="Ningbo")
    lines()
    row.city, row.name = "Wuxi", "Huayue"
    assert lines() == [("changed", "organization", {"city": ["Ningbo", "Wuxi"]})]
    row.name = "Huayue"
    assert lines() == []


def test_old_value_of_an_expired_row_is_recorded(session, lines):
    row = organization("Huayue", city="Ningbo")
    lines()
    session.commit()
    session.expire_all()
    row.city = "Wuxi"
    assert lines() == [("changed", "organization", {"city": ["Ningbo", "Wuxi"]})]


@pytest.mark.parametrize("expired", [False, True])
def test_deleted_row_records_all_its_values(session, lines, expired):
    share_row = owner(organization(), "Family Lee", Decimal("60.00"))
    lines()
    if expired:
        session.commit()
        session.expire_all()
    session.delete(share_row)
    action, table, diff = lines()[0]
    assert (action, table) == ("deleted", "ownership")
    assert diff["owner_name"] == ["Family Lee", None]
    assert diff["share"] == ["60.00", None]


def test_enums_dates_and_booleans_are_recorded_as_plain_values(session, lines):
    fact = DatedFact(organization_id=organization().id, kind=FactKind.sales, as_of=date(2026, 3, 1))
    fact.number, fact.source = Decimal("1.10"), "Tax return"
    lines()
    session.add(fact)
    diff = lines()[0][2]
    assert (diff["kind"], diff["as_of"], diff["number"]) == ([None, "sales"], [None, "2026-03-01"], [None, "1.10"])


def test_archive_and_visibility_changes_are_in_history(session, lines):
    row = organization(team="Inland")
    lines()
    archive_record(row, "Twice")
    row.confidential = True
    diff = lines()[0][2]
    assert diff["archived_why"] == [None, "Twice"]
    assert diff["confidential"] == [False, True]
    assert "archived_at" in diff


def test_child_row_changes_are_recorded_under_their_record(session, lines):
    row = organization()
    lines()
    session.add(Alias(organization_id=row.id, name="HY"))
    session.flush()
    assert last(session).root_id == row.id


def test_secrets_and_search_keys_are_not_recorded(session, people, lines):
    lines()
    people["anna"].password = "another"
    people["anna"].fs_uniquifier = "x"
    assert lines() == []
    row = organization("Huayue")
    changed = {key for _action, _table, diff in lines() for key in diff}
    assert changed.isdisjoint({"tokens", "sort_key", "version", "uid", "changed_at"})
    assert row.tokens


def test_history_records_actor_and_origin(session, people, actor, clock):
    act_as(session(), actor("anna"), ChangeSource.api)
    organization()
    line = session.scalars(sa.select(Change).where(Change.action == "created").order_by(Change.id.desc())).first()
    assert (line.actor_id, line.via, line.batch_id) == (people["anna"].id, ChangeSource.api, None)
    row = session.scalars(sa.select(Record)).one()
    assert (row.created_by_id, row.changed_by_id) == (people["anna"].id, people["anna"].id)
    act_as(session(), None, ChangeSource.job)
    row.archived_why = "x"
    session.flush()
    assert (last(session).actor_id, last(session).via, row.changed_by_id) == (None, ChangeSource.job, None)
    assert row.created_by_id == people["anna"].id


def test_batch_marks_only_changes_inside_it(session, people, actor, clock):
    act_as(session(), actor("anna"), ChangeSource.import_)
    batch = Batch(uid=new_uid(), kind="people", title="list.csv", at=datetime(2026, 1, 1, tzinfo=UTC))
    session.add(batch)
    session.flush()
    session.add(Organization(name="Before"))
    with in_batch(session(), batch):
        session.add(Organization(name="Inside"))
    session.add(Organization(name="After"))
    session.flush()
    lines = session.scalars(sa.select(Change).where(Change.table == "organization"))
    batches = {line.diff["name"][1]: line.batch_id for line in lines}
    assert batches == {"Before": None, "Inside": batch.id, "After": None}


def test_batch_ends_when_an_error_is_raised(session):
    batch = Batch(uid=new_uid(), kind="people", title="x", at=datetime(2026, 1, 1, tzinfo=UTC))
    session.add(batch)
    session.flush()
    with pytest.raises(ValueError, match="bad row"), in_batch(session(), batch):
        raise ValueError("bad row")
    session.add(Team(name="After"))
    session.flush()
    assert last(session).batch_id is None


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Organization).values(city="x"),
        sa.delete(Alias),
        sa.update(User).values(name="x"),
        sa.delete(Record),
    ],
    ids=str,
)
def test_bulk_change_of_audited_rows_is_refused(session, statement):
    with pytest.raises(RuntimeError, match="bulk change of audited"):
        session.execute(statement)


def test_explicit_creation_date_is_preserved(session):
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    row = Organization(name="Old", created_at=moment)
    session.add(row)
    session.flush()
    assert row.created_at == moment
    assert row.changed_at > moment
    assert db.session is session


def test_history_of_several_flushes_is_written_with_one_statement_at_the_end(session, lines, sql):
    row = organization("Huayue")
    lines()
    sql.clear()
    with history_at_end(db.session()):
        with history_at_end(db.session()):
            row.city = "Ningbo"
            session.flush()
        row.city = "Suzhou"
    assert sum(text.startswith("INSERT INTO change") for text in sql) == 1
    diffs = [{"city": [None, "Ningbo"]}, {"city": ["Ningbo", "Suzhou"]}]
    assert lines() == [("changed", "organization", diff) for diff in diffs]


def change_and_restore_city(session, row):
    with history_at_end(db.session()):
        row.city = "Ningbo"
        session.flush()
        raise ValueError("refused")


def test_failed_service_leaves_no_unwritten_history(session, lines):
    with pytest.raises(ValueError, match="refused"):
        change_and_restore_city(session, organization("Huayue"))
    session.rollback()
    organization("Tianhe")
    assert "Ningbo" not in str(lines())
