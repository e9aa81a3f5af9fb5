"""Summary tables add up to what the records say, whatever changes these."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data import summaries
from crm.core.data.bulk import BulkInsert
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record, archive_record, restore_record
from crm.core.data.summaries import find_wrong_sums, join_rows, rebuild_sums
from crm.desk.models import CitySum
from crm.opportunities.models import CloseSum, StageSum
from crm.opportunities.policy import OpportunityStage
from crm.people.models import Person
from tests.factories import client_of, organization
from tests.factories.opportunities import make_opportunity

pytestmark = pytest.mark.usefixtures("people")


def stage_sums(session) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return count, cents and weighted cents by stage and currency."""
    session.flush()
    row = StageSum
    stmt = sa.select(
        row.stage, row.currency, *(sa.func.sum(c) for c in (row.opportunities, row.cents, row.weighted_cents))
    )
    rows = session.execute(stmt.group_by(row.stage, row.currency))
    return {(stage.value, currency): tuple(map(int, sums)) for stage, currency, *sums in rows if any(sums)}


def test_stage_sums_follow_changes_of_an_opportunity(session):
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted, amount=Decimal("12.50"), probability=50)
    assert stage_sums(session) == {("quoted", "USD"): (1, 1250, 62_500)}
    row.amount, row.currency = Decimal(10), "EUR"
    assert stage_sums(session) == {("quoted", "EUR"): (1, 1000, 50_000)}
    row.stage = OpportunityStage.negotiating
    assert stage_sums(session) == {("negotiating", "EUR"): (1, 1000, 50_000)}
    archive_record(row, "Twice")
    assert stage_sums(session) == {}
    restore_record(row)
    assert stage_sums(session) == {("negotiating", "EUR"): (1, 1000, 50_000)}
    row.confidential = True
    assert stage_sums(session) == {}
    assert find_wrong_sums() == []


def test_close_sums_have_open_opportunities_by_month(session):
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted, probability=60)
    row.close_key = date(2026, 12, 31)
    session.flush()
    stmt = sa.select(CloseSum.month, CloseSum.likely, sa.func.sum(CloseSum.opportunities))
    rows = session.execute(stmt.group_by(CloseSum.month, CloseSum.likely)).all()
    assert [tuple(r) for r in rows if r[2]] == [(2026 * 12 + 11, 1, 1)]
    row.stage = OpportunityStage.contracted
    session.flush()
    assert [tuple(r) for r in session.execute(stmt.group_by(CloseSum.month, CloseSum.likely)) if r[2]] == []


def test_failed_savepoint_leaves_no_sums(session):
    client = client_of("Inland")
    session.flush()
    before = stage_sums(session)
    nested = session.begin_nested()
    make_opportunity(client)
    session.flush()
    assert stage_sums(session) != before
    nested.rollback()
    assert stage_sums(session) == before


def test_statements_without_a_flush_update_the_sums(session, people):
    rows = [make_opportunity(client_of("Inland"), counselor=people["anna"]) for _ in range(3)]
    session.flush()
    reassign_all(Record.id.in_([row.id for row in rows]), people["anna"].id, people["clara"].id)
    key = StageSum.counselor_key
    counselors = session.execute(sa.select(key, sa.func.sum(StageSum.opportunities)).group_by(key))
    assert {tuple(r) for r in counselors if r[1]} == {(people["clara"].id, 3)}
    bulk = BulkInsert(session)
    bulk.add(Person, label="Wang", city="Ningbo", city_key="ningbo")
    bulk.write()
    assert session.scalar(sa.select(sa.func.sum(CitySum.records)).where(CitySum.city_key == "ningbo")) == 1
    assert find_wrong_sums() == []


def test_wrong_sums_are_named_and_rebuilt(session):
    organization("Suzhou Pumps", city="Suzhou")
    make_opportunity(client_of("Inland"))
    session.flush()
    session.execute(sa.update(CitySum.__table__).values(records=7))
    session.execute(sa.delete(StageSum.__table__))
    assert {text.split()[0] for text in find_wrong_sums()} == {"city_sum", "opportunity_stage_sum"}
    rebuild_sums()
    assert find_wrong_sums() == []


def test_rows_of_a_key_are_joined_when_there_are_many(session, monkeypatch):
    row = organization("Suzhou Pumps", city="Suzhou")
    for city in ("Wuxi", "Suzhou", "Wuxi", "Suzhou"):
        row.city, row.city_key = city, city.lower()
        session.flush()
    count = sa.select(sa.func.count()).select_from(CitySum)
    join_rows()
    assert session.scalar(count) > 2
    monkeypatch.setattr(summaries, "MAX_SPARE_ROWS", 0)
    join_rows()
    assert session.execute(sa.select(CitySum.city, CitySum.records)).all() == [("Suzhou", 1)]
    assert find_wrong_sums() == []
