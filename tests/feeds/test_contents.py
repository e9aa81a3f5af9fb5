"""Which entries a calendar has, from which day to which, and who can be invited to an appointment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from crm.core.clock import now
from crm.core.data.base import db
from crm.feeds.policy import FUTURE_DAYS, PAST_DAYS
from crm.feeds.queries.events import list_events
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium, PointLabel
from crm.shows.services import save_meeting, save_show
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person, reachable

NOW = datetime(2026, 3, 10, 10)
"""The local time in Los Angeles at which the clock stands."""


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


@pytest.fixture
def appoint(anna):
    """Return a function that plans an interaction of Anna with others."""

    def add(subject: str, wall: datetime = NOW, *guests, staff=(), **values):
        values = {"state": InteractionState.planned, "wall": wall, "zone": "America/Los_Angeles"} | values
        parties = [PartyValues(guest.id) for guest in guests]
        details = InteractionDetails(parties=parties, staff_ids=[anna.id, *staff])
        return log_interaction(anna, values | {"subject": subject}, details)

    return add


@pytest.fixture
def titles():
    """Return a function that returns the titles in a user's calendar, without details."""

    def read(actor) -> set[str]:
        return {event.summary for event in list_events(actor, now(), has_details=False)}

    return read


def test_appointments_are_from_thirty_days_back_to_a_year_ahead(anna, appoint, titles):
    minute, back, ahead = timedelta(minutes=1), timedelta(days=PAST_DAYS), timedelta(days=FUTURE_DAYS)
    hour = timedelta(hours=1)  # It is summer in Los Angeles since March 8, and on March 10 of next year it isn't.
    appoint("First", NOW - back - hour, state=InteractionState.held)
    appoint("Too early", NOW - back - hour - minute, state=InteractionState.held)
    appoint("Last", NOW + ahead - hour - minute)
    appoint("Too late", NOW + ahead - hour)
    assert titles(anna) == {"First", "Last"}


def test_canceled_archived_and_hidden_appointments_are_left_out(anna, actor, appoint, titles, people):
    appoint("Canceled", state=InteractionState.canceled)
    archived(appoint("Archived"))
    moved = appoint("Moved to another team")
    moved.team_id, moved.counselor_id = actor("boris").first_team_id, people["boris"].id
    make_confidential(moved)
    appoint("Mine")
    db.session.flush()
    assert titles(anna) == {"Mine"}


def test_appointment_without_a_length_takes_an_hour_in_the_calendar(anna, appoint):
    appoint("Samples")
    assert [event.ends_at - event.starts_at for event in list_events(anna, now(), has_details=False)] == [
        timedelta(hours=1)
    ]


def test_calendar_has_open_follow_ups_with_a_time_of_ones_own(anna, actor, titles):
    ahead = timedelta(days=FUTURE_DAYS, hours=-1)  # Of next year: no summer time yet.
    for title, wall in (("Mine", NOW), ("Last", NOW + ahead - timedelta(minutes=1)), ("Too late", NOW + ahead)):
        add_follow_up(anna, {"title": title, "due_wall": wall})
    complete_follow_up(anna, add_follow_up(anna, {"title": "Done", "due_wall": NOW}), None)
    archived(add_follow_up(anna, {"title": "Archived", "due_wall": NOW}))
    add_follow_up(anna, {"title": "Without a time", "due_on": date(2026, 3, 10)})
    add_follow_up(actor("clara"), {"title": "Of a colleague", "due_wall": NOW})
    assert titles(anna) == {"Mine", "Last"}


def test_people_of_the_appointment_whose_address_may_be_known_can_be_invited(anna, appoint, people, session):
    zhou = reachable(person("Zhou", "Limin"), email="zhou@example.cn")
    reachable(person("Other", "Person"), email="other@example.cn")
    caller = person("Wu", "Min")
    phone = ContactPoint(record_id=caller.id, medium=ContactMedium.phone, label=PointLabel.work, position=0)
    phone.raw = phone.value = "+8613800138000"
    secret, xu = client_of("Inland", "Secret", counselor=people["anna"]), person("Xu", "Bo")
    affiliation(xu, organization("Port"), to_on=date(2025, 1, 1))
    affiliation(reachable(xu, email="xu@secret.example"), secret)
    make_confidential(secret)
    session.add(phone)
    session.flush()
    row = appoint("Samples", NOW, zhou, caller, xu, staff=[people[name].id for name in ("clara", "dora")])
    people["dora"].active = False
    session.flush()
    invitees = list_invitees(anna, load_interaction(anna, row.id))
    assert [(one.key, one.address, one.language) for one in invitees] == [
        (f"person:{zhou.id}", "zhou@example.cn", "en"),
        (f"user:{people['clara'].id}", "clara@demo.example", people["clara"].language),
    ]


def test_unconfirmed_meetings_of_a_long_show_leave_room_for_those_to_come(anna, titles):
    days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 11)}
    show = save_show(anna, {"name": "Fair", "zone": "America/Los_Angeles", **days})
    values = {"minutes": 10, "people": [], "staff": [anna.id]}
    past = client_of("Inland", "Past").id
    for number in range(101):
        when = {"day": date(2026, 3, 1 + number // 12), "time": time(8 + number % 12), "table": str(number)}
        save_meeting(anna, show, values | when | {"client_id": past})
    coming = {"day": date(2026, 3, 11), "time": time(9), "table": "1", "client_id": client_of("Inland", "Coming").id}
    save_meeting(anna, show, values | coming)
    assert titles(anna) == {"Past", "Coming"}
