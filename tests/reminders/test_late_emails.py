"""An email about tomorrow that waited for the mail server is no longer sent once the appointment is over."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from crm.core.mail.outbox.kinds import KINDS
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of
from tests.reminders.digest_data import MORNING, TODAY

LA = "America/Los_Angeles"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "after", "expected"),
    [
        ({"minutes": 30}, DAY + timedelta(hours=1, minutes=59), True),
        ({"minutes": 30}, DAY + timedelta(hours=2), False),
        ({}, DAY + timedelta(hours=2, minutes=29), True),
        ({}, DAY + timedelta(hours=2, minutes=30), False),
        ({"time_known": False}, DAY + timedelta(hours=16, minutes=29), True),
        ({"time_known": False}, DAY + timedelta(hours=16, minutes=30), False),
    ],
)
def test_email_about_an_interaction_is_wanted_until_its_end(mails, anna, session, clock, values, after, expected):
    planned = {"state": InteractionState.planned, "zone": LA, "wall": datetime(2026, 3, 11, 9), "subject": "Visit"}
    log_interaction(anna, planned | values, InteractionDetails())
    mail = mails()["meeting_tomorrow"]
    clock.set(MORNING + after)
    assert KINDS["meeting_tomorrow"].still_wanted(session, mail) is expected


def test_email_about_a_show_day_is_wanted_until_its_last_meeting_ends(mails, anna, session, clock):
    day = TODAY + DAY
    show = save_show(anna, {"name": "Water Fair", "zone": LA, "starts_on": day, "ends_on": day})
    values = {"day": day, "minutes": 30, "people": [], "staff": [anna.id], "client_id": client_of("Inland").id}
    for hour in (9, 11):
        save_meeting(anna, show, values | {"time": time(hour), "table": str(hour)})
    mail = mails()["show_tomorrow"]
    results = []
    for minutes in (239, 240):
        clock.set(MORNING + DAY + timedelta(minutes=minutes))
        results.append(KINDS["show_tomorrow"].still_wanted(session, mail))
    assert results == [True, False]
