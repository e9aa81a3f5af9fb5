"""Leads without a client, overdue follow-ups and rates: which days, teams and states count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.core.policy import SYSTEM
from crm.followups.enums import FollowUpSide
from crm.followups.services import add_follow_up, complete_follow_up
from crm.projects.policy import LeadStage
from crm.reference.models import Rate
from crm.reference.queries import ExchangeRate, load_rates
from crm.reports.queries import Scope, count_leads, count_overdue_follow_ups
from tests.factories import client_of, make_confidential, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.reports.conftest import lead

EVENING = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
"""The evening of March 10 in Los Angeles; the morning of March 11 in Shanghai."""


def make_follow_up(due_on: date, counselor, team: str = "Inland", side: FollowUpSide = FollowUpSide.we, **facts):
    """Add a follow-up of a team."""
    values = {"title": "Price", "due_on": due_on, "side": side, "counselor_id": counselor.id, "zone": "UTC"}
    row = add_follow_up(SYSTEM, values | facts, about=[client_of(team).id])
    assert row.team_id == team_id_of(team)
    return row


def owed(reader, teams: tuple[str, ...] = ("Inland",), **narrower) -> list[tuple[str, int]]:
    """Return side and number of each row."""
    scope = Scope(reader, tuple(team_id_of(t) for t in teams) if teams else None, **narrower)
    return [(row.side.value, row.count) for row in count_overdue_follow_ups(scope)]


def test_follow_up_is_overdue_after_its_day_in_the_zone_of_the_reader(people, actor, clock):
    clock.set(EVENING)
    for day in (8, 9, 10, 11):
        make_follow_up(date(2026, 3, day), people["shen"])
    assert owed(actor("anna")) == [("we", 2)]
    assert owed(actor("shen")) == [("we", 3)]


def test_overdue_follow_ups_are_open_of_both_sides_and_not_confidential(people, actor, clock):
    anna, day = people["anna"], date(2026, 3, 1)
    make_follow_up(day, anna)
    make_follow_up(day, anna, side=FollowUpSide.they)
    make_follow_up(day, anna, side=next(s for s in FollowUpSide if s not in (FollowUpSide.we, FollowUpSide.they)))
    make_confidential(make_follow_up(day, anna))
    complete_follow_up(actor("anna"), make_follow_up(day, anna))
    archive_record(make_follow_up(day, anna), "Twice")
    db.session.flush()
    assert sorted(owed(actor("anna"))) == [("they", 1), ("we", 1)]


def test_overdue_follow_ups_are_those_of_the_teams_and_the_counselor(people, actor, clock):
    day = date(2026, 3, 1)
    make_follow_up(day, people["anna"])
    make_follow_up(day, people["clara"])
    make_follow_up(day, people["boris"], "Bay")
    nora = actor("nora")
    numbers = [sum(n for _side, n in owed(nora, teams)) for teams in (("Inland",), ("Bay",), ("Inland", "Bay"), ())]
    assert numbers == [2, 1, 3, 3]
    assert owed(nora, ("Inland",), counselor_id=people["clara"].id) == [("we", 1)]
    assert owed(actor("anna"), ("Inland", "Bay")) == [("we", 1), ("we", 1)]


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_lead_is_overdue_from_the_midnight_after_its_limit(people, actor, clock, days):
    allowed = LeadStage.lead_heard.idle_days
    row = lead("Ningbo water")
    row.stage_since = datetime(2026, 3, 10, 20, 0, tzinfo=UTC) - timedelta(days=allowed + days)
    db.session.flush()
    assert [(row.leads, row.overdue) for row in count_leads(Scope(actor("anna"), None))] == [(1, 1 if days > 0 else 0)]


@pytest.mark.parametrize(("seconds", "idle"), [(0, 0), (1, 1)])
def test_lead_is_not_yet_overdue_at_that_midnight(people, actor, clock, seconds, idle):
    row, allowed = lead("Ningbo water"), timedelta(days=LeadStage.lead_heard.idle_days)
    midnight = datetime.combine(date(2026, 3, 10) - allowed, datetime.min.time(), ZoneInfo("America/Los_Angeles"))
    row.stage_since = midnight.astimezone(UTC) - timedelta(seconds=seconds)
    db.session.flush()
    assert [row.overdue for row in count_leads(Scope(actor("anna"), None))] == [idle]


def test_leads_have_no_visible_opportunity_and_are_neither_confidential_nor_archived(people, actor):
    anna = people["anna"]
    lead("Open")
    with_opportunity, hidden, archived, reopened = (
        lead(name) for name in ("Taken", "Taken in secret", "Gone", "Opportunity archived")
    )
    organization = client_of("Inland")
    make_opportunity(organization, project_id=with_opportunity.id)
    make_opportunity(organization, project_id=hidden.id, counselor=people["clara"], confidential=True)
    archive_record(make_opportunity(organization, project_id=reopened.id), "Twice")
    archive_record(archived, "Twice")
    quiet = lead("Quiet")
    quiet.team_id, quiet.counselor_id = organization.team_id, anna.id
    make_confidential(quiet)
    db.session.flush()
    counts = {
        name: [(row.stage, row.leads) for row in count_leads(Scope(actor(name), None))] for name in ("anna", "clara")
    }
    # Only clara may know that one is taken in secret.
    assert counts == {"anna": [(LeadStage.lead_heard, 3)], "clara": [(LeadStage.lead_heard, 2)]}


def test_rate_is_the_newest_one_up_to_the_day(session):
    for on, usd in ((date(2026, 3, 1), "0.13"), (date(2026, 3, 10), "0.14"), (date(2026, 3, 11), "0.15")):
        session.add(Rate(currency="CNY", on=on, usd=Decimal(usd)))
    session.flush()
    assert [load_rates(date(2026, 3, day))["CNY"] for day in (9, 10, 11)] == [
        ExchangeRate(Decimal("0.13"), date(2026, 3, 1)),
        ExchangeRate(Decimal("0.14"), date(2026, 3, 10)),
        ExchangeRate(Decimal("0.15"), date(2026, 3, 11)),
    ]
    assert load_rates(date(2026, 2, 28)) == {"USD": ExchangeRate(Decimal(1), None)}
