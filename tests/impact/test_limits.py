"""Limits of milestones and schedules, on both sides, and who is responsible for a milestone."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.impact.services.plans import add_plan, change_plan, get_due_plan, pause_plan, survey_period
from tests.factories import archived, client_of, organization, person, reachable
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": 0},
        {"amount": 10**12 - 1},
        {"jobs": 0},
        {"type": MilestoneKind.new_market, "country": "CN"},
        {"status": MilestoneStatus.actual, "on": date(2026, 3, 11)},
        {"status": MilestoneStatus.expected, "on": date(2026, 3, 12)},
        {"confirmed_on": TODAY, "confirmed_how": Confirmation.email},
    ],
)
def test_values_within_the_limits_are_saved(actor, chain, values):
    row = add_milestone(actor("anna"), {"client_id": chain.client.id, "on": TODAY, **values})
    assert {name: getattr(row, name) for name in values} == values


def test_counselor_is_the_chosen_one_else_that_of_the_client_else_the_author(actor, people, chain):
    def counselor_of(by, client, **values) -> int | None:
        return add_milestone(actor(by), {"client_id": client.id, "on": TODAY, **values}).counselor_id

    assert counselor_of("dora", chain.client) == people["anna"].id
    assert counselor_of("anna", chain.client, counselor_id=people["dora"].id) == people["dora"].id
    assert counselor_of("dora", client_of("Inland", "Without counselor")) == people["dora"].id
    assert counselor_of("dora", organization("Shared", counselor=people["anna"])) == people["dora"].id


def test_milestone_of_a_shared_client_needs_a_team(actor, people):
    shared = organization("Shared")
    assert add_milestone(actor("anna"), {"client_id": shared.id, "on": TODAY}).team_id == actor("anna").first_team_id
    bay = actor("boris").first_team_id
    assert add_milestone(SYSTEM, {"client_id": shared.id, "on": TODAY, "team_id": bay}).team_id == bay
    with pytest.raises(Invalid, match="Choose a team for this milestone"):
        add_milestone(actor("nora"), {"client_id": shared.id, "on": TODAY})
    with pytest.raises(Invalid, match="Choose a client or an opportunity"):
        add_milestone(actor("anna"), {"on": TODAY})


@pytest.fixture
def recipient(chain):
    return reachable(person("Delgado", "Rosa", organization=chain.client), email="rosa@tri-valley.example")


@pytest.fixture
def plan(actor, chain):
    """Return a function that adds a schedule of six months from January 31 with other values."""

    def add(**values):
        own = {"client_id": chain.client.id, "reason": "Contract", "starts_on": date(2026, 1, 31), "every_months": 6}
        return add_plan(actor("anna"), own | values)

    return add


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"every_months": 1, "until_on": date(2026, 3, 31)}, ""),
        ({"every_months": 24}, ""),
        ({"every_months": 0}, "Enter a number from 1 to 24"),
        ({"every_months": 25}, "Enter a number from 1 to 24"),
        ({"until_on": date(2026, 7, 31)}, ""),
        ({"until_on": date(2026, 7, 30)}, "Enter an end date after the first survey"),
        ({"every_months": 1, "until_on": date(2026, 2, 28)}, "Enter a later end date"),
        ({"automatic": True}, "Choose a recipient to send surveys automatically"),
    ],
)
def test_interval_and_end_of_a_schedule_have_limits(plan, values, message):
    if message:
        with pytest.raises(Invalid, match=message):
            plan(**values)
    else:
        assert plan(**values).next_on > TODAY


def test_one_job_and_one_month_are_in_the_singular(client, chain, plan):
    make_milestone(chain.client, "First hire", type=MilestoneKind.jobs, jobs=1)
    plan(every_months=1)
    page = client.login_as("anna").get(f"/organizations/{chain.client.id}").text
    assert ("1 job\N{NO-BREAK SPACE}·" in page, "every month until" in page) == (True, True)


def test_opportunity_of_a_schedule_is_one_of_the_client(plan, chain):
    assert plan(opportunity_id=chain.opportunity.id).opportunity_id == chain.opportunity.id
    with pytest.raises(Invalid, match="Choose an opportunity of this client"):
        plan(opportunity_id=make_opportunity(client_of("Inland", "Other")).id)


def test_period_of_a_survey_ends_with_its_date_or_today(plan):
    row = plan()
    assert survey_period(row, TODAY) == (date(2025, 9, 10), TODAY)
    assert survey_period(row, date(2026, 8, 15)) == (date(2026, 1, 31), date(2026, 7, 31))
    row.next_on = None
    assert survey_period(row, TODAY) == (date(2025, 9, 10), TODAY)


def test_automatic_schedule_is_due_from_its_day_unless_paused_or_archived(plan, actor, recipient, chain):
    row = plan(automatic=True, person_id=recipient.id)
    manual = plan(person_id=recipient.id)
    for one, day in ((row, TODAY), (manual, TODAY)):
        change_plan(actor("anna"), one, {"next_on": day})
    assert (get_due_plan(SYSTEM, row.id), get_due_plan(SYSTEM, manual.id), get_due_plan(SYSTEM, 999)) == (
        row,
        None,
        None,
    )
    pause_plan(row, paused=True)
    assert get_due_plan(SYSTEM, row.id) is None
    pause_plan(row, paused=False)
    for day, expected in ((date(2026, 3, 11), None), (None, None), (date(2026, 3, 9), row)):
        change_plan(actor("anna"), row, {"next_on": day})
        assert get_due_plan(SYSTEM, row.id) is expected
    archived(chain.client)
    assert get_due_plan(SYSTEM, row.id) is None
