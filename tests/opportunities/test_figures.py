"""Days, zones and thresholds of the board and of the conditions that lists and reports share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.calendars import federal_year_start
from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.opportunities import conditions, services
from crm.opportunities.board import CARDS, load_board
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import OpportunityStage, SalesPath, StageGroup
from crm.opportunities.queries import days_in_stage
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, move_at, step

EVENING = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
"""The evening of March 10 in Los Angeles; the morning of March 11 in Shanghai."""


def group_of(pipeline, group: StageGroup):
    """Return a column of the board."""
    return next(column for column in pipeline.columns if column.group is group)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 9, 30), date(2025, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
        (date(2027, 1, 1), date(2026, 10, 1)),
    ],
)
def test_federal_fiscal_year_begins_on_the_first_of_october(day, first):
    assert federal_year_start(day) == first


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (datetime(2026, 10, 1, 6, 59, tzinfo=UTC), 1),
        (datetime(2026, 10, 1, 7, 0, tzinfo=UTC), 0),
        (datetime(2026, 9, 30, 7, 0, tzinfo=UTC), 1),
    ],
)
def test_board_drops_signed_opportunities_when_the_fiscal_year_of_the_reader_ends(actor, people, clock, now, count):
    clock.set(datetime(2026, 9, 1, tzinfo=UTC))
    make_opportunity(client_of("Inland"), stage=OpportunityStage.contracted)
    clock.set(now)
    assert group_of(load_board(actor("anna"), ()), StageGroup.signed).total.count == count


def test_board_shows_signed_opportunities_from_the_first_moment_of_the_year(actor, people, clock):
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.contracted)
    signature = db.session.scalars(sa.select(OpportunityChange).where(OpportunityChange.opportunity_id == row.id)).one()
    counts = []
    for signed_at in (datetime(2025, 10, 1, 7, 0, tzinfo=UTC), datetime(2025, 10, 1, 6, 59, 59, tzinfo=UTC)):
        row.stage_since = signature.at = signed_at
        db.session.flush()
        counts.append(group_of(load_board(actor("anna"), ()), StageGroup.signed).total.count)
    assert counts == [1, 0]


def test_board_leaves_out_last_years_contract_that_is_delivered_this_year(actor, people, clock):
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.contracted, days=200)
    move_at(row, OpportunityStage.contracted, OpportunityStage.delivering, business_clock.now())
    row.stage_since = business_clock.now()
    db.session.flush()
    assert group_of(load_board(actor("anna"), ()), StageGroup.signed).total.count == 0


def test_board_counts_overdue_next_steps_by_the_day_of_the_reader(actor, people, clock):
    clock.set(EVENING)
    organization = client_of("Inland")
    step(make_opportunity(organization, counselor=people["anna"]), date(2026, 3, 9))
    step(make_opportunity(organization, counselor=people["anna"]), date(2026, 3, 10))
    step(make_opportunity(organization, counselor=people["anna"]), date(2026, 3, 11))
    make_opportunity(organization)
    late = {name: load_board(actor(name), ()).open.overdue for name in ("anna", "shen")}
    assert late == {"anna": 1, "shen": 2}


def test_board_counts_no_next_step_of_another_team_as_overdue(actor, people, clock):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"])
    step(row, date(2026, 3, 1), team_id=client_of("Bay").team_id)
    assert load_board(actor("anna"), ()).open.overdue == 1
    assert load_board(actor("boris"), ()).open.count == 0


def test_board_counts_hidden_opportunities_by_stage_and_in_total(actor, people):
    inland, bay = client_of("Inland"), client_of("Bay")
    secret = {"counselor": people["clara"], "confidential": True}
    make_opportunity(inland, **secret)
    make_opportunity(inland, stage=OpportunityStage.quoted, **secret)
    make_opportunity(inland, stage=OpportunityStage.contracted, **secret)
    make_opportunity(inland, stage=OpportunityStage.lost, **secret)
    archive_record(make_opportunity(inland, **secret), "Twice")
    make_opportunity(bay, counselor=people["boris"], confidential=True)
    db.session.flush()
    pipeline = load_board(actor("anna"), ())
    assert (pipeline.hidden, sum(column.hidden for column in pipeline.columns)) == (2, 3)
    assert load_board(actor("clara"), ()).hidden == 0
    assert load_board(actor("nora"), ()).hidden == 3


def test_board_limits_the_cards_and_counts_the_rest(actor, people):
    organization = client_of("Inland")
    for n in range(CARDS + 3):
        make_opportunity(organization, stage=OpportunityStage.introduced, days=n)
    column = group_of(load_board(actor("anna"), ()), OpportunityStage.introduced.group)
    assert (column.total.count, len(column.cards), column.more_count) == (CARDS + 3, CARDS, 3)
    assert [c.days for c in column.cards] == list(range(CARDS + 2, 2, -1))


def test_board_leaves_archived_opportunities_out(actor, people):
    gone = make_opportunity(client_of("Inland"))
    archive_record(gone, "Twice")
    db.session.flush()
    assert load_board(actor("anna"), ()).open.count == 0


def test_weighted_sum_is_amount_times_probability(actor, people):
    organization = client_of("Inland")
    make_opportunity(organization, stage=OpportunityStage.introduced, amount=1000, probability=25)
    make_opportunity(organization, stage=OpportunityStage.introduced, amount=3000, probability=50)
    (total,) = group_of(load_board(actor("anna"), ()), OpportunityStage.introduced.group).total.sums
    assert (total.amount, total.weighted) == (Decimal(4000), Decimal(1750))


@pytest.mark.parametrize(
    ("wakes_on", "accepted"), [(date(2026, 3, 9), False), (date(2026, 3, 10), False), (date(2026, 3, 11), True)]
)
def test_dormant_opportunity_reopens_after_today_in_the_zone_of_the_user(
    actor, people, clock, cleared_opportunity, wakes_on, accepted
):
    clock.set(EVENING)
    if accepted:
        services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.dormant, wakes_on=wakes_on)
        assert (cleared_opportunity.stage, cleared_opportunity.wakes_on) == (OpportunityStage.dormant, wakes_on)
        return
    with pytest.raises(Invalid) as refused:
        services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.dormant, wakes_on=wakes_on)
    assert (refused.value.field, cleared_opportunity.stage) == ("wakes_on", OpportunityStage.matched)


def test_reopening_today_is_refused_by_the_date_in_shanghai(actor, people, clock, cleared_opportunity):
    clock.set(EVENING)
    with pytest.raises(Invalid):
        services.move_opportunity(
            actor("shen"), cleared_opportunity, OpportunityStage.dormant, wakes_on=date(2026, 3, 11)
        )


@pytest.mark.parametrize(("name", "days"), [("anna", 1), ("shen", 2)])
def test_days_in_a_stage_follow_the_calendar_of_the_reader(actor, people, clock, name, days):
    clock.set(EVENING)
    assert days_in_stage(datetime(2026, 3, 9, 15, 0, tzinfo=UTC), actor(name).zone) == days


def ids_where(where) -> set[int]:
    """Return the ids of the opportunities with a condition."""
    return set(db.session.scalars(sa.select(Opportunity.id).where(where)))


def test_next_step_has_the_light_of_the_readers_day(actor, people, clock):
    clock.set(EVENING)
    organization = client_of("Inland")
    days = {day: make_opportunity(organization, counselor=people["anna"]).id for day in range(9, 15)}
    for day, case_id in days.items():
        step(db.session.get_one(Opportunity, case_id), date(2026, 3, day))
    plain = make_opportunity(organization).id
    expected = {
        "anna": {"late": {9}, "due": {10, 11, 12}, "planned": {13, 14}},
        "shen": {"late": {9, 10}, "due": {11, 12, 13}, "planned": {14}},
    }
    for name, lights in expected.items():
        for light, on in lights.items():
            assert ids_where(conditions.has_next_step_state(light, actor(name))) == {days[d] for d in on}, (name, light)
        assert ids_where(conditions.has_next_step_state("none", actor(name))) == {plain}


def test_opportunities_since_a_day_are_those_from_its_midnight_on(actor, people, clock):
    organization = client_of("Inland")
    clock.set(datetime(2026, 3, 10, 6, 59, tzinfo=UTC))
    before = make_opportunity(organization)
    clock.set(datetime(2026, 3, 10, 7, 0, tzinfo=UTC))
    after = make_opportunity(organization)
    anna, day = actor("anna"), date(2026, 3, 10)
    assert ids_where(conditions.created_since(day, anna)) == {after.id}
    assert ids_where(conditions.entered_stage_since(day, anna)) == {after.id}
    clock.forward(days=3)
    before.note = "Changed later"
    db.session.flush()
    assert ids_where(conditions.created_since(day, anna)) == {after.id}


def test_likely_to_close_begins_at_sixty_percent(session, people):
    organization = client_of("Inland")
    rows = {percent: make_opportunity(organization, probability=percent).id for percent in (59, 60, 61)}
    assert ids_where(conditions.is_likely(likely=True)) == {rows[60], rows[61]}
    assert ids_where(conditions.is_likely(likely=False)) == {rows[59]}


def test_next_step_of_another_team_is_hidden_from_compliance(people, actor, clock):
    row = make_opportunity(client_of("Bay", counselor=people["boris"]), counselor=people["boris"])
    step(row, date(2026, 3, 1))
    lights = {
        name: ids_where(conditions.has_next_step_state("late", actor(name))) for name in ("boris", "nora", "dora")
    }
    assert lights == {"boris": {row.id}, "nora": {row.id}, "dora": set()}
    assert ids_where(conditions.has_next_step_state("none", actor("dora"))) == {row.id}


@pytest.mark.parametrize(("seconds", "aged"), [(0, False), (1, True)])
def test_opportunity_is_overdue_in_its_stage_after_the_midnight_of_its_limit(actor, people, clock, seconds, aged):
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted)
    day = date(2026, 3, 10) - timedelta(days=OpportunityStage.quoted.idle_days)
    row.stage_since = conditions.day_start(day, actor("anna").zone).astimezone(UTC) - timedelta(seconds=seconds)
    db.session.flush()
    assert (row.id in ids_where(conditions.is_overdue_in_stage(actor("anna")))) is aged


def test_close_dates_between_two_days_include_both(session, people):
    organization = client_of("Inland")
    rows = {day: make_opportunity(organization, close_on=date(2026, 6, day)).id for day in (1, 2, 3, 4)}
    make_opportunity(organization)
    assert ids_where(conditions.closes_between(date(2026, 6, 2), date(2026, 6, 3))) == {rows[2], rows[3]}
    assert ids_where(conditions.closes_between(date(2026, 6, 2), None)) == {rows[2], rows[3], rows[4]}
    assert ids_where(conditions.closes_between(None, date(2026, 6, 1))) == {rows[1]}


def test_each_stage_is_in_one_state(session, people):
    organization = client_of("Inland")
    rows = {make_opportunity(organization, stage=stage, path=SalesPath.project).id: stage for stage in OpportunityStage}
    codes = ("open", "signed", "resting", "over")
    states = {code: {rows[i] for i in ids_where(conditions.is_in_state(code))} for code in codes}
    assert states["resting"] == {OpportunityStage.dormant, OpportunityStage.export_hold}
    assert OpportunityStage.lost in states["over"]
    assert OpportunityStage.contracted in states["signed"]
    assert sum(map(len, states.values())) == len(set().union(*states.values())) == len(OpportunityStage)
