"""Marks are undone by their moment, and old notifications are deleted after their time."""

from __future__ import annotations

import sqlalchemy as sa

from crm.notifications.models import Notification
from crm.notifications.policy import RETENTION
from crm.notifications.queries import list_ids
from crm.notifications.services import delete_old_notifications, mark, undo_marks

from .conftest import mail_to


def test_undo_ends_the_marks_of_its_moment_only(anna, people, session, clock):
    for key in ("one", "two"):
        mail_to(people["anna"], key)
    session.flush()
    first, second = sorted(list_ids(anna, unread=True))
    mark(anna, [first], "read")
    clock.forward(minutes=1)
    moment = mark(anna, [second], "read")
    assert list_ids(anna, unread=True) == []
    undo_marks(anna, "read", moment)
    assert list_ids(anna, unread=True) == [second]


def test_notification_is_deleted_after_its_time(anna, people, session, clock):
    mail_to(people["anna"])
    session.flush()
    clock.forward(seconds=RETENTION.total_seconds())
    delete_old_notifications()
    assert len(list_ids(anna, unread=False)) == 1
    clock.forward(seconds=1)
    delete_old_notifications()
    assert session.scalar(sa.select(sa.func.count(Notification.id))) == 0
