"""The calendar feed: what is in it for whom, in a form that three independent parsers read, and who may read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import ics
import pytest
import sqlalchemy as sa
import vobject

from crm.core.tokens import hash_token
from crm.feeds.models import CalendarFeed
from crm.feeds.policy import FEED_GUESSES, FEED_READS
from crm.feeds.services import end_feed, make_feed, set_details
from crm.followups.services import add_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.projects.services import add_project
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of, make_confidential, person, prime

pytestmark = pytest.mark.engine_in_turn

LA = "America/Los_Angeles"


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


@pytest.fixture
def full_calendar(anna):
    """Create one entry of each kind; the call is with a person in Shanghai."""
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民")
    planned = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": LA, "minutes": 45}
    details = InteractionDetails(parties=[PartyValues(zhou.id)])
    call = log_interaction(anna, planned | {"subject": "Call; price, samples", "place": "Room 4"}, details)
    row = add_follow_up(anna, {"title": "Ask 周立民", "note": "About HS codes", "due_wall": datetime(2026, 3, 13, 9)})
    add_follow_up(anna, {"title": "Without a time", "due_on": date(2026, 3, 13)})
    show = save_show(
        anna,
        {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": date(2026, 3, 20), "ends_on": date(2026, 3, 21)},
    )
    works, client = prime("Jiangchuan"), client_of("Inland", "ClearAir", counselor=anna)
    values = {"day": date(2026, 3, 20), "time": time(9, 30), "minutes": 30, "client_id": client.id}
    save_meeting(anna, show, values | {"host_id": works.id, "people": [], "staff": [anna.id], "table": "14"})
    return call, row


def read(client, token: str, status: int = 200):
    response = client.get(f"/calendar/{token}.ics")
    assert response.status_code == status
    return response


def titles(client, token: str) -> set[str]:
    calendar = icalendar.Calendar.from_ical(read(client, token).data)
    return {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")}


def test_feed_has_each_kind_of_entry_with_a_time(client, anna, full_calendar, session):
    token = make_feed(anna.id)
    session.commit()
    assert titles(client, token) == {"Call; price, samples", "Ask 周立民", "Jiangchuan"}


def test_three_parsers_read_the_same_events(client, anna, full_calendar, session):
    token = make_feed(anna.id)
    session.commit()
    text = read(client, token).text
    first = {
        (str(event["SUMMARY"]), event.decoded("DTSTART").astimezone(UTC), event.decoded("DTEND").astimezone(UTC))
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
    }
    second = {
        (event.summary.value, event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
        for event in vobject.readOne(text).vevent_list
    }
    third = {
        (event.name, event.begin.datetime.astimezone(UTC), event.end.datetime.astimezone(UTC))
        for event in ics.Calendar(text).events
    }
    assert first == second == third
    call = datetime(2026, 3, 13, 0, tzinfo=UTC)
    assert ("Call; price, samples", call, call + timedelta(minutes=45)) in first
    meeting = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)
    assert ("Jiangchuan", meeting, meeting + timedelta(minutes=30)) in first
    zones = {str(zone["TZID"]) for zone in icalendar.Calendar.from_ical(text).walk("VTIMEZONE")}
    assert zones == {LA, "Asia/Shanghai"}


def test_only_titles_unless_details_are_chosen(client, anna, full_calendar, session):
    token = make_feed(anna.id)
    session.commit()
    text = read(client, token).text
    for word in ("Room 4", "Limin", "HS codes", "table 14", "/followups/"):
        assert word not in text
    set_details(anna.id, has_details=True)
    session.commit()
    text = read(client, token).text.replace("\r\n ", "")
    for word in ("Room 4", "Limin", "HS codes", "table 14", "/followups/"):
        assert word in text


def test_confidential_entries_have_no_title_and_no_details(client, anna, full_calendar, session):
    for row in full_calendar:
        make_confidential(row)
    token = make_feed(anna.id)
    set_details(anna.id, has_details=True)
    session.commit()
    text = read(client, token).text
    assert titles(client, token) == {"Confidential appointment", "Confidential follow-up", "Jiangchuan"}
    for word in ("samples", "Room 4", "Limin", "HS codes"):
        assert word not in text


def test_bid_deadline_is_the_whole_day_in_its_zone(client, anna, session):
    values = {"name": "Water plant", "zone": "Asia/Shanghai", "bid_wall": datetime(2026, 3, 20, 1)}
    add_project(anna, values)
    token = make_feed(anna.id)
    session.commit()
    (event,) = icalendar.Calendar.from_ical(read(client, token).data).walk("VEVENT")
    assert (str(event["SUMMARY"]), event.decoded("DTSTART")) == ("Bid deadline: Water plant", date(2026, 3, 20))


def test_entries_of_others_are_not_in_it(client, actor, full_calendar, session):
    token = make_feed(actor("clara").id)
    session.commit()
    assert titles(client, token) == set()


def test_unchanged_feed_is_not_sent_again(client, anna, full_calendar, session):
    token = make_feed(anna.id)
    session.commit()
    tag = read(client, token).headers["ETag"]
    again = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    add_follow_up(anna, {"title": "New", "due_wall": datetime(2026, 3, 14, 9)})
    session.commit()
    assert client.get(f"/calendar/{token}.ics", headers={"If-None-Match": tag}).status_code == 200


def test_wrong_old_ended_and_deactivated_addresses_are_not_found(client, anna, people, session):
    old = make_feed(anna.id)
    new = make_feed(anna.id)
    session.commit()
    read(client, new)
    read(client, old, 404)
    read(client, "no-such", 404)
    people["anna"].active = False
    session.commit()
    read(client, new, 404)
    people["anna"].active = True
    end_feed(anna.id)
    session.commit()
    read(client, new, 404)


def test_only_the_hash_of_the_token_is_stored(anna, session):
    token = make_feed(anna.id)
    assert session.scalars(sa.select(CalendarFeed.token_hash)).all() == [hash_token(token)]
    assert token not in hash_token(token)


def test_address_is_created_shown_once_and_ended_on_the_page(client, people, session):
    client.login_as("anna")
    assert client.post("/profile/calendar/address").status_code == 303
    page = client.get("/profile/calendar").text
    url = page.split('value="http')[1].split('"')[0]
    token = url.rpartition("/")[2].removesuffix(".ics")
    assert session.scalars(sa.select(CalendarFeed.token_hash)).all() == [hash_token(token)]
    assert token not in client.get("/profile/calendar").text
    assert client.post("/profile/calendar", data={"has_details": "y"}).status_code == 303
    session.expire_all()
    assert session.get_one(CalendarFeed, people["anna"].id).has_details
    assert client.post("/profile/calendar/end").status_code == 303
    assert session.scalars(sa.select(CalendarFeed.token_hash)).all() == []


@pytest.mark.usefixtures("people")
def test_guests_have_no_settings(client):
    assert client.get("/profile/calendar").status_code == 303


def test_feed_is_limited_to_60_reads_an_hour(peopled, clock):
    from crm.core.data.base import db
    from crm.core.data.identity import User

    with peopled.app_context():
        token = make_feed(db.session.scalars(sa.select(User.id).where(User.email.like("anna@%"))).one())
        db.session.commit()
    client = peopled.test_client()
    codes = [client.get(f"/calendar/{token}.ics").status_code for _ in range(FEED_READS.limit + 1)]
    assert codes == [200] * FEED_READS.limit + [429]
    response = client.get(f"/calendar/{token}.ics")
    assert 0 < int(response.headers["Retry-After"]) <= 3601


def test_wrong_tokens_are_limited_by_address_without_stopping_feeds(peopled, clock):
    from crm.core.data.base import db
    from crm.core.data.identity import User

    with peopled.app_context():
        token = make_feed(db.session.scalars(sa.select(User.id).where(User.email.like("anna@%"))).one())
        db.session.commit()
    client = peopled.test_client()
    codes = [client.get(f"/calendar/{number:043}.ics").status_code for number in range(FEED_GUESSES.limit + 1)]
    assert codes == [404] * FEED_GUESSES.limit + [429]
    assert client.get(f"/calendar/{token}.ics").status_code == 200
