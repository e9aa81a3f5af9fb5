"""The digest reports assignments by colleagues, not their undo."""

from __future__ import annotations

from datetime import timedelta

from crm.followups.services import add_follow_up
from tests.records.lookups import undo_last
from tests.reminders.morning import MORNING, TODAY


def test_undo_of_an_assignment_is_no_news_for_the_former_counselor(mails, anna, people, client, clock, session):
    people["clara"].active = people["dora"].active = True
    row = add_follow_up(anna, {"title": "HS note", "due_on": TODAY + timedelta(days=9)})
    session.commit()
    clock.set(MORNING - timedelta(hours=20))
    web = client.login_as("clara")
    for _again in range(2):
        session.expire_all()
        data = {"counselor_id": people["dora"].id, "version": row.version}
        assert web.post(f"/followups/{row.id}/reassign", data=data).status_code == 303
        assert undo_last(web).status_code == 303
    session.expire_all()
    assert row.counselor_id == anna.id
    assert [mail.kind for mail in mails().values() if "HS note" in mail.text] == []
