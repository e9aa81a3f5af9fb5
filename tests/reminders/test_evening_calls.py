"""A follow-up with a time of tomorrow in China is in the digest of the day whose evening it is for the reader."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core.policy import ReminderChoice
from crm.followups.services import add_follow_up
from crm.reminders.kinds.followup_due import KIND as FOLLOWUP_DUE
from tests.reminders.digest_data import MORNING

TIMED, DIGEST = ReminderChoice.timed, ReminderChoice.digest


@pytest.mark.parametrize(
    ("choice", "wall", "mornings"),
    [
        (TIMED, datetime(2026, 3, 11, 9), [True, True]),
        (TIMED, datetime(2026, 3, 12, 9), [False, True]),
        (DIGEST, datetime(2026, 3, 11, 9), [True, True]),
        (DIGEST, datetime(2026, 3, 11, 14, 59), [True, True]),
        (DIGEST, datetime(2026, 3, 11, 15), [False, True]),
    ],
)
def test_evening_call_is_in_the_digest_of_its_day_and_planned_so(mails, anna, people, choice, wall, mornings):
    people["anna"].reminders = choice
    row = add_follow_up(anna, {"title": "Call Zhou", "due_wall": wall, "zone": "Asia/Shanghai"})
    planned = [one.at for one in FOLLOWUP_DUE.plan(anna, row, MORNING - timedelta(hours=1)) if "digest" in one.label]
    texts = [mails(MORNING + timedelta(days=day)).get("digest") for day in (0, 1)]
    assert ["Call Zhou" in mail.text if mail else False for mail in texts] == mornings
    first = MORNING.replace(minute=0) + timedelta(days=mornings.index(True))
    assert planned == [first]


def test_evening_call_is_on_today(anna, client, clock, session):
    add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 11, 9), "zone": "Asia/Shanghai"})
    session.commit()
    clock.set(MORNING)
    page = client.login_as("anna").get("/").text
    assert "Call Zhou" in page
    assert "6:00 PM = Wed 9:00 AM Shanghai" in " ".join(page.split())
