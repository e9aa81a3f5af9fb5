"""The forecast and the funnel: first and last days of months, slips, and the time in each stage."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from crm.core.data.base import db
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField, OpportunityStage, SalesPath
from crm.reports.queries import Scope, list_slips, load_funnel, sum_expected, sum_signed_by_month, sum_slipped
from tests.factories import archived, client_of
from tests.factories.opportunities import make_opportunity, move_at

MONTHS = [(date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 3, 31))]
MATCHED, QUOTED, SIGNED = OpportunityStage.matched, OpportunityStage.quoted, OpportunityStage.contracted


def scope_of(actor, **narrower) -> Scope:
    return Scope(actor, (actor.first_team_id,), **narrower)


def counts(rows) -> dict[int, tuple[int, Decimal | None]]:
    return {row.key: (row.opportunity_count, row.amount) for row in rows}


def close_moved(row, old: str, new: str, moved_at: datetime, why: str | None = None) -> None:
    """Record that the close date of an opportunity was changed."""
    field = ChangedField.close.value
    db.session.add(OpportunityChange(opportunity_id=row.id, at=moved_at, field=field, old=old, new=new, why=why))
    db.session.flush()


def test_open_opportunities_are_expected_in_the_month_of_their_close_date(people, actor, clock):
    inland, anna = client_of("Inland"), people["anna"]
    for days, amount in ((0, 1), (1, 2), (28, 4), (29, 8), (59, 16), (60, 32)):
        make_opportunity(inland, close_on=date(2026, 1, 31) + timedelta(days=days), amount=amount, counselor=anna)
    make_opportunity(inland, stage=SIGNED, close_on=MONTHS[0][0], amount=64)
    make_opportunity(client_of("Bay"), close_on=MONTHS[0][0], amount=128)
    archived(make_opportunity(inland, close_on=MONTHS[0][0], amount=256))
    direct = {"path": SalesPath.direct_sale, "counselor": people["clara"]}
    make_opportunity(inland, close_on=MONTHS[1][1], amount=512, **direct)
    assert counts(sum_expected(scope_of(actor("anna")), MONTHS)) == {0: (2, 6), 1: (3, 8 + 16 + 512)}
    assert counts(sum_expected(scope_of(actor("anna"), counselor_id=anna.id), MONTHS)) == {0: (2, 6), 1: (2, 24)}
    assert counts(sum_expected(scope_of(actor("anna"), path=SalesPath.direct_sale), MONTHS)) == {1: (1, 512)}


def test_signed_opportunities_count_in_the_month_of_their_signature(people, actor, clock):
    inland = client_of("Inland")
    for amount, moved_at in (
        (1, datetime(2026, 2, 1, 7, 59, tzinfo=UTC)),
        (2, datetime(2026, 2, 1, 8, 0, tzinfo=UTC)),
        (4, datetime(2026, 3, 1, 7, 59, tzinfo=UTC)),
        (8, datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        (16, datetime(2026, 4, 1, 6, 59, tzinfo=UTC)),
        (32, datetime(2026, 4, 1, 7, 0, tzinfo=UTC)),
    ):
        move_at(make_opportunity(inland, amount=amount), QUOTED, SIGNED, moved_at)
    reopened = make_opportunity(inland, amount=64)
    move_at(reopened, QUOTED, SIGNED, datetime(2026, 2, 10, tzinfo=UTC))
    move_at(reopened, SIGNED, QUOTED, datetime(2026, 2, 11, tzinfo=UTC))
    assert counts(sum_signed_by_month(scope_of(actor("anna")), MONTHS)) == {0: (2, 6), 1: (2, 24)}


def test_slips_out_of_a_month_count_once_in_it_and_are_listed_by_when_they_happened(people, actor, clock):
    inland = client_of("Inland")
    names, anna = ("Pumps", "Valves", "Sooner"), people["anna"]
    row, other, sooner = (make_opportunity(inland, name, amount=5, counselor=anna) for name in names)
    day = datetime(2026, 2, 10, 18, tzinfo=UTC)
    close_moved(row, "2026-02-01", "2026-02-28", day)
    close_moved(row, "2026-02-28", "2026-03-01", day + timedelta(days=1), "Customs")
    close_moved(row, "2026-03-01", "2026-04-01", day + timedelta(days=2))
    close_moved(row, "2026-03-31", "", day + timedelta(days=3))
    close_moved(other, "2026-01-31", "2026-02-01", datetime(2026, 2, 1, 8, 0, tzinfo=UTC))
    close_moved(other, "2026-02-01", "2026-06-01", datetime(2026, 3, 1, 8, 0, tzinfo=UTC))
    close_moved(other, "", "2026-05-01", day)
    close_moved(sooner, "2026-03-01", "2026-02-01", day)
    close_moved(sooner, "2026-01-01", "2026-02-01", datetime(2026, 2, 1, 7, 59, tzinfo=UTC))
    move_at(sooner, MATCHED, QUOTED, day)
    close_moved(make_opportunity(client_of("Bay")), "2026-02-01", "2026-06-01", day)
    scope = scope_of(actor("anna"))
    assert counts(sum_slipped(scope, MONTHS)) == {0: (2, 10), 1: (1, 5)}
    slips = list_slips(scope, *MONTHS[0], 10)
    assert [(slip.label, slip.old_on, slip.new_on, slip.why) for slip in slips] == [
        ("Pumps", date(2026, 3, 31), None, None),
        ("Pumps", date(2026, 3, 1), date(2026, 4, 1), None),
        ("Pumps", date(2026, 2, 28), date(2026, 3, 1), "Customs"),
        ("Pumps", date(2026, 2, 1), date(2026, 2, 28), None),
        ("Valves", date(2026, 1, 31), date(2026, 2, 1), None),
    ]
    assert [(slip.new_on, slip.counselor) for slip in list_slips(scope, *MONTHS[0], 1)] == [(None, "Anna Reyes")]
    assert [slip.label for slip in list_slips(scope, *MONTHS[1], 10)] == ["Valves"]


def test_funnel_has_the_furthest_stage_and_the_median_days_in_each(people, actor, clock):
    inland, begin = client_of("Inland"), datetime(2026, 2, 1, 8, tzinfo=UTC)

    def add(*days: float, created_at: datetime = begin):
        """Add an opportunity that was matched and later in each stage for some days."""
        row = make_opportunity(inland)
        first = db.session.query(OpportunityChange).filter_by(opportunity_id=row.id).one()
        row.created_at, first.at = created_at, begin
        moved_at, stage = begin, MATCHED
        for number, later in zip(days, (OpportunityStage.introduced, QUOTED), strict=False):
            moved_at += timedelta(days=number)
            move_at(row, stage, later, moved_at)
            stage = later
        db.session.flush()
        return row

    add()
    for days in ((1,), (2, 10), (4, 20)):
        add(*days)
    add(7, 1).stage = MATCHED
    add(created_at=begin - timedelta(seconds=1))
    add(created_at=datetime(2026, 3, 1, 8, tzinfo=UTC))
    archived(add(30, 30))
    steps = {step.stage: (step.reached, step.days) for step in load_funnel(scope_of(actor("anna")), *MONTHS[0])}
    assert steps[MATCHED] == (5, Decimal("3.0"))
    assert steps[OpportunityStage.introduced] == (4, Decimal("10.0"))
    assert steps[QUOTED] == (3, None)
    assert steps[SIGNED] == (0, None)
