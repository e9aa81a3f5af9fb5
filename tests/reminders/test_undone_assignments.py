"""The digest and the bell report assignments and mentions by colleagues, not their undo."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.followups.services import add_follow_up
from crm.notifications.models import Notification
from tests.records.lookups import undo_last
from tests.reminders.digest_data import MORNING, TODAY


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
    stmt = sa.select(Notification.kind).where(Notification.user_id == anna.id)
    assert list(session.scalars(stmt)) == []
    assert [mail.kind for mail in mails().values() if "HS note" in mail.text] == []


def test_undo_that_restores_a_note_mentions_nobody_anew(mails, anna, people, client, clock, session):
    people["clara"].active = True
    note = "@Clara please check"
    row = add_follow_up(anna, {"title": "HS note", "note": note, "due_on": TODAY + timedelta(days=9)})
    session.commit()
    clock.set(MORNING - timedelta(hours=20))
    web = client.login_as("anna")
    values = {"title": "HS note", "note": "", "due_on": row.due_on.isoformat(), "side": "we", "zone": row.zone}
    data = values | {"version": row.version, "counselor_id": anna.id}
    assert web.post(f"/followups/{row.id}/edit", data=data).status_code == 303
    assert undo_last(web).status_code == 303
    session.expire_all()
    assert row.note == note
    mails()
    assert list(session.scalars(sa.select(Notification.kind).where(Notification.kind == "mentioned"))) == []
    assert list(session.scalars(sa.select(Mail.kind).where(Mail.text.contains("mentioned you")))) == []
