"""A follow-up with a reminder time of its own is either in the digest of a morning or in an email of that morning."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.followups.services import add_follow_up
from crm.reminders.policy import Offset, subject_of
from crm.reminders.services import set_offset
from tests.reminders.digest_data import MORNING


@pytest.mark.parametrize(
    ("hour", "minute", "offset", "kinds"),
    [
        (10, 0, Offset.day_1, ["followup_due", "digest"]),
        (12, 30, Offset.hour_1, ["followup_due"]),
        (12, 30, None, ["digest", "followup_due"]),
        (10, 0, None, ["followup_due"]),
    ],
    ids=["on the day before", "before noon", "after noon as usual", "before noon as usual"],
)
def test_follow_up_is_once_in_a_morning(mails, anna, session, hour, minute, offset, kinds):
    row = add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, hour, minute)})
    set_offset(anna.id, subject_of(row.id), offset)
    for moment in (MORNING - timedelta(hours=21), MORNING, MORNING + timedelta(hours=6)):
        mails(moment)
    texts = Mail.subject + Mail.text
    stmt = sa.select(Mail.kind).where(texts.contains("Call Zhou")).order_by(Mail.id)
    assert list(session.scalars(stmt)) == kinds
