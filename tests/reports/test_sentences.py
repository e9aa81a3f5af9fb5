"""The sentences with which reports answer say one and many as people do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import current_app

from crm.core import clock
from crm.core.data.base import db
from crm.impact.policy import MilestoneStatus
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ACTIVE_STAGES, OpportunityStage
from crm.organizations.models import Client, Organization
from crm.reports.params import build_context, default_context
from crm.reports.periods import PeriodKind, find_award_period, find_period
from crm.shows.models import Show, ShowMeeting
from crm.shows.policy import MeetingState
from tests.factories import client_of
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.lookups import get_report


@pytest.fixture
def answer(people, actor, clock):
    """Return a function that returns the answer of a report for Clara in the current period."""

    def build(name: str) -> str:
        definition = get_report(name)
        with current_app.test_request_context():
            return definition.build(default_context(definition, actor("clara"))).answer

    return build


def log_minutes(actor, minutes: int) -> Organization:
    """Log an interaction with a new client in Alameda; return the client."""
    client = client_of("Inland")
    db.session.get(Client, client.id).county = "Alameda"
    values = {
        "wall": datetime(2026, 3, 9, 9),
        "zone": "America/Los_Angeles",
        "type": InteractionType.call,
        "reached": "talked",
    }
    log_interaction(actor("anna"), values, InteractionDetails(clients=[ClientMinutes(client.id, minutes)]))
    return client


@pytest.mark.parametrize(("minutes", "hours"), [(60, "1 hour"), (30, "0.5 hours"), (90, "1.5 hours"), (0, "0 hours")])
def test_activity_sentence_has_the_hours_in_singular_or_plural(answer, actor, minutes, hours):
    log_minutes(actor, minutes)
    text = f"1 interaction took place in Q1 2026, with {hours} for 1 client."
    assert answer("activity") == text


def test_hours_of_a_county(people, actor, clock):
    log_minutes(actor, 60)
    definition = get_report("counties")
    with current_app.test_request_context():
        texts = definition.build(default_context(definition, actor("clara"))).sections[1]
    assert texts.rows[0][1].text == "In Federal FY 2026 we helped 1 company in Alameda for 1 hour."


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("minutes", "amount", "text"),
    [
        (0, None, "we helped 1 company in Alameda. They signed 1 contract. "),
        (2, 9000, "we helped 1 company in Alameda. They signed 1 contract worth $9,000. "),
        (60, 0, "we helped 1 company in Alameda for 1 hour. They signed 1 contract worth $0. "),
    ],
)
def test_sentences_of_a_county_name_no_hours_and_no_amount_that_nobody_entered(people, actor, minutes, amount, text):
    client = log_minutes(actor, minutes)
    signed = make_opportunity(client, amount=amount, counselor=people["anna"])
    move_at(signed, OpportunityStage.negotiating, OpportunityStage.contracted, clock.now())
    make_opportunity(client, counselor=people["anna"])
    definition = get_report("counties")
    with current_app.test_request_context():
        texts = definition.build(default_context(definition, actor("clara"))).sections[1]
    assert texts.rows[0][1].text == f"In Federal FY 2026 {text}1 opportunity is open."


def test_sum_of_stages_names_only_stages_with_an_amount(people, client):
    make_opportunity(client_of("Inland"), amount=1000, counselor=people["anna"], stage=OpportunityStage.quoted)
    make_opportunity(client_of("Inland"), counselor=people["anna"])
    page = client.login_as("clara").get("/reports/pipeline").text
    assert ("three stages" in page, "Most of the weighted value: Quoted." in page) == (False, True)


@pytest.mark.parametrize(("number", "text"), [(1, "1 more is expected."), (2, "2 more are expected.")])
def test_results_sentence_has_the_number_of_expected_ones(answer, number, text):
    for _n in range(number):
        make_milestone(client_of("Inland"), status=MilestoneStatus.expected)
    assert answer("results") == f"0 results are confirmed for Federal FY 2026; {text}"


@pytest.mark.parametrize(("number", "text"), [(1, "1 meeting held."), (2, "2 meetings held."), (0, "0 meetings held.")])
def test_shows_sentence_has_the_number_of_held_meetings(answer, number, text):
    day, moment = clock.now().date(), clock.now()
    show = Show(name="Fair", label="Fair", starts_on=day, ends_on=day)
    db.session.add(show)
    db.session.flush()
    for _n in range(number):
        wall = moment.replace(tzinfo=None)
        team_id = client_of("Inland").team_id
        meeting = ShowMeeting(show_id=show.id, team_id=team_id, at=moment, wall=wall, zone="UTC")
        meeting.state = MeetingState.held
        db.session.add(meeting)
    db.session.flush()
    assert answer("shows") == f"1 show begins in Federal FY 2026, with {text}"


def test_shows_of_a_past_period_began(people, actor, clock):
    day = date(2025, 3, 3)
    db.session.add(Show(name="Fair", label="Fair", starts_on=day, ends_on=day))
    db.session.flush()
    definition = get_report("shows")
    context = default_context(definition, actor("clara"))
    with current_app.test_request_context():
        report = definition.build(build_context(definition, context.scope, context.period.previous))
    assert report.answer == "1 show began in Federal FY 2025, with 0 meetings held."


def test_forecast_says_what_each_number_of_slips_counts(people, actor, clock):
    clock.set(datetime(2026, 3, 10, 20, tzinfo=UTC))
    row = make_opportunity(client_of("Inland"), counselor=people["anna"])
    moved_at = datetime(2026, 2, 10, 18, tzinfo=UTC)
    db.session.add(
        OpportunityChange(opportunity_id=row.id, at=moved_at, field="close", old="2026-03-05", new="2026-06-01")
    )
    db.session.flush()
    definition = get_report("forecast")
    context = default_context(definition, actor("clara"))
    month = find_period(PeriodKind.month, date(2026, 3, 10))
    award = find_award_period(1, "STEP", date(2026, 3, 1), date(2027, 2, 28), date(2026, 3, 10))
    with current_app.test_request_context():
        for period, days in ((month, "during March 2026"), (award, "from Mar 1, 2026 to Mar 10, 2026")):
            months, slips = definition.build(build_context(definition, context.scope, period)).sections
            text = "1 close date in these months was moved to a later month or removed."
            assert months.summary.startswith(text)
            assert (slips.title, slips.summary) == (
                f"Which close dates slipped {days}?",
                f"No close dates slipped {days}.",
            )


def test_funnel_in_which_all_were_signed_has_no_largest_drop(people, actor, clock):
    make_opportunity(client_of("Inland"), counselor=people["anna"], stage=ACTIVE_STAGES[-1])
    definition = get_report("funnel")
    with current_app.test_request_context():
        section = definition.build(default_context(definition, actor("clara"))).sections[0]
    assert section.summary == "All opportunities reached the last stage."
