"""A colleague's own reminder isn't one for a user for whom the colleague covers at another time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.followups.services import add_follow_up, reassign_follow_up
from crm.reminders.covers import add_cover
from tests.reminders.digest_data import MORNING, TODAY


@pytest.mark.parametrize(("days", "addresses"), [(100, ["dora", "anna"]), (0, ["dora"])], ids=["later", "now"])
def test_follow_up_reassigned_after_its_reminder_is_emailed_again(mails, anna, actor, people, session, days, addresses):
    people["dora"].active = True
    dora, day = actor("dora"), TODAY + timedelta(days=days)
    row = add_follow_up(dora, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 8)})
    add_cover(anna, dora.id, day, day)
    mails(MORNING + timedelta(hours=2))
    session.scalars(sa.select(Mail).where(Mail.kind == "followup_due")).one().state = MailState.sent
    reassign_follow_up(dora, row, anna.id)
    mails(MORNING + timedelta(hours=3))
    stmt = sa.select(Mail.address).where(Mail.kind == "followup_due").order_by(Mail.id)
    assert [address.partition("@")[0] for address in session.scalars(stmt)] == addresses
