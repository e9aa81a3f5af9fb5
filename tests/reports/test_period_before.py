"""With what a period that runs is compared: the period before, up to the same day of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import current_app

from crm.core.data.base import db
from crm.interactions.policy import InteractionType
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.reports.params import build_context, default_context
from crm.reports.periods import PeriodKind, cut_period, find_award_period, find_period
from crm.shows.models import Show
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.lookups import get_report

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("kind", "today", "last"),
    [
        (PeriodKind.month, date(2026, 3, 10), date(2026, 2, 10)),
        (PeriodKind.month, date(2026, 3, 30), date(2026, 2, 28)),
        (PeriodKind.month, date(2026, 2, 28), date(2026, 1, 31)),
        (PeriodKind.month, date(2024, 3, 29), date(2024, 2, 29)),
        (PeriodKind.quarter, date(2026, 11, 30), date(2026, 8, 30)),
        (PeriodKind.federal, date(2024, 2, 29), date(2023, 2, 28)),
        (PeriodKind.state, date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_period_before_is_cut_as_far_as_the_period_has_come(kind, today, last):
    period = find_period(kind, today)
    cut = cut_period(period.previous, period, today)
    assert (cut.first, cut.last) == (period.previous.first, last)


@pytest.fixture
def tiles(people, actor, clock):
    """Return a function that returns the note of each tile of a report for Clara in a period; today is March 10."""
    clock.set(datetime(2026, 3, 10, 20, tzinfo=UTC))

    def build(name: str, period=None) -> dict[str, str]:
        definition = get_report(name)
        context = default_context(definition, actor("clara"))
        context = build_context(definition, context.scope, period) if period else context
        with current_app.test_request_context():
            return {tile.label: tile.note for tile in definition.build(context).tiles}

    return build


def talk(actor, wall: datetime) -> None:
    values = {"wall": wall, "zone": "America/Los_Angeles", "type": InteractionType.call, "reached": "talked"}
    log_interaction(actor("anna"), values, InteractionDetails())


def test_activity_of_a_running_period_is_compared_up_to_the_same_day(tiles, actor):
    for day in (10, 11, 28):
        talk(actor, datetime(2026, 2, day, 23))
    talk(actor, datetime(2026, 3, 1, 9))
    march = find_period(PeriodKind.month, TODAY)
    assert tiles("activity", march)["Interactions"] == "1 by this day of February 2026"
    assert tiles("activity", march.previous)["Interactions"] == "0 in January 2026"


def test_award_to_date_is_compared_with_as_many_days_before(tiles, actor):
    talk(actor, datetime(2026, 2, 28, 9))
    award = find_award_period(1, "STEP", date(2026, 3, 1), date(2027, 2, 28), TODAY)
    assert tiles("activity", award)["Interactions"] == "1 in the 10 days before"


def test_funnel_is_compared_with_what_was_reached_by_the_same_day(tiles, people, clock):
    march = find_period(PeriodKind.month, TODAY)
    clock.set(datetime(2026, 2, 3, tzinfo=UTC))
    for quoted_on in (9, 12):
        row = make_opportunity(counselor=people["anna"])
        day = datetime(2026, 2, quoted_on, tzinfo=UTC)
        move_at(row, OpportunityStage.matched, OpportunityStage.quoted, day)
        row.stage = OpportunityStage.quoted
    clock.set(datetime(2026, 2, 20, tzinfo=UTC))
    make_opportunity(counselor=people["anna"])
    clock.set(datetime(2026, 3, 10, 20, tzinfo=UTC))
    db.session.flush()
    notes = tiles("funnel", march)
    assert (notes["Added"], notes["Reached a quote"]) == (
        "2 by this day of February 2026",
        "1 by this day of February 2026",
    )
    assert (notes["Share signed"], tiles("funnel", march.previous)["Share signed"]) == (
        "0% by this day of February 2026",
        "",
    )
    clock.set(datetime(2026, 4, 1, 20, tzinfo=UTC))
    assert tiles("funnel", march)["Added"] == "3 in February 2026"
    assert tiles("funnel", march)["Reached a quote"] == "2 in February 2026"


def quote(people, clock, created_on: datetime, quoted_on: datetime) -> None:
    clock.set(created_on)
    row = make_opportunity(counselor=people["anna"])
    move_at(row, OpportunityStage.matched, OpportunityStage.quoted, quoted_on)
    row.stage = OpportunityStage.quoted
    db.session.flush()


def test_funnel_on_the_last_day_is_compared_with_what_was_reached_by_then(tiles, people, clock):
    quote(people, clock, datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC))
    clock.set(datetime(2026, 3, 31, 20, tzinfo=UTC))
    march = find_period(PeriodKind.month, date(2026, 3, 31))
    assert tiles("funnel", march) | {"Signed": ""} == {
        "Added": "1 in February 2026",
        "Reached a quote": "",
        "Signed": "",
        "Share signed": "0% in February 2026",
    }


def test_funnel_of_an_award_is_compared_with_what_was_reached_by_then(tiles, people, clock):
    quote(people, clock, datetime(2026, 2, 25, 20, tzinfo=UTC), datetime(2026, 3, 5, 20, tzinfo=UTC))
    clock.set(datetime(2026, 3, 10, 20, tzinfo=UTC))
    award = find_award_period(1, "STEP", date(2026, 3, 1), date(2027, 2, 28), TODAY)
    notes = tiles("funnel", award)
    assert (notes["Added"], notes["Reached a quote"]) == ("1 in the 10 days before", "")


def test_shows_to_come_are_compared_with_the_whole_period_before(tiles, session):
    session.add(Show(name="Fair", label="Fair", starts_on=date(2026, 2, 25), ends_on=date(2026, 2, 26)))
    session.flush()
    assert tiles("shows", find_period(PeriodKind.month, TODAY))["Shows"] == "1 in February 2026"
