"""The bell, the list of notifications, and read, dismiss and undo."""

from __future__ import annotations

import sqlalchemy as sa

from crm.notifications.jobs import delete_notifications
from crm.notifications.models import Notification
from crm.notifications.policy import RETENTION
from tests.notifications.conftest import mail_to


def test_bell_counts_unread_ones_in_the_statements_of_every_page(anna, people, session, client, sql):
    client.login_as("anna")
    client.get("/help")
    sql.clear()
    assert "unread" not in client.get("/help").text
    few = len(sql)
    for number in range(120):
        mail_to(people["anna"], f"{number}")
    session.flush()
    sql.clear()
    page = client.get("/help").text
    assert len(sql) == few
    assert 'aria-label="Notifications: 99+ unread"' in page


def test_list_has_the_same_statements_for_one_and_fifty(anna, people, session, client, sql):
    client.login_as("anna")
    mail_to(people["anna"])
    client.get("/notifications/")
    sql.clear()
    client.get("/notifications/")
    few = len(sql)
    for number in range(60):
        mail_to(people["anna"], f"n{number}")
    sql.clear()
    page = client.get("/notifications/").text
    assert len(sql) == few
    assert page.count("Mark as read:") == 50
    older = page.partition("/notifications/?after=")[2].partition('"')[0]
    assert client.get(f"/notifications/?after={older}").text.count("Mark as read:") == 11


# Read, dismiss, undo


def states(session) -> list[tuple[bool, bool]]:
    session.expire_all()
    rows = session.scalars(sa.select(Notification).order_by(Notification.id))
    return [(row.read_at is not None, row.dismissed_at is not None) for row in rows]


def undo_url(page: str) -> str:
    return page.partition('action="/notifications/undo')[2].partition('"')[0].replace("&amp;", "&")


def test_one_is_read_unread_dismissed_and_restored(anna, people, session, client):
    mail_to(people["anna"])
    (notice_id,) = session.scalars(sa.select(Notification.id))
    client.login_as("anna")
    client.post(f"/notifications/{notice_id}/read", data={"on": "1"})
    assert states(session) == [(True, False)]
    client.post(f"/notifications/{notice_id}/read", data={"on": "0"})
    assert states(session) == [(False, False)]
    page = client.post(f"/notifications/{notice_id}/dismiss", follow_redirects=True).text
    assert states(session) == [(False, True)]
    assert "Notification dismissed." in page
    client.post(f"/notifications/undo{undo_url(page)}")
    assert states(session) == [(False, False)]


def test_all_are_read_and_dismissed_with_undo_for_one_user_alone(anna, people, session, client, clock):
    for name in ("anna", "clara"):
        mail_to(people[name], f"first {name}")
        mail_to(people[name], f"second {name}")
    client.login_as("anna")
    page = client.post("/notifications/read", follow_redirects=True).text
    assert states(session) == [(True, False)] * 2 + [(False, False)] * 2
    client.post(f"/notifications/undo{undo_url(page)}")
    assert states(session) == [(False, False)] * 4
    clock.forward(minutes=1)
    page = client.post("/notifications/dismiss", follow_redirects=True).text
    assert states(session) == [(False, True)] * 2 + [(False, False)] * 2
    client.login_as("clara")
    client.post(f"/notifications/undo{undo_url(page)}")
    assert states(session) == [(False, True)] * 2 + [(False, False)] * 2
    client.login_as("anna")
    client.post(f"/notifications/undo{undo_url(page)}")
    assert states(session) == [(False, False)] * 4


def test_notifications_of_others_and_bad_addresses(anna, people, session, client):
    mail_to(people["clara"])
    (notice_id,) = session.scalars(sa.select(Notification.id))
    client.login_as("anna")
    assert client.post(f"/notifications/{notice_id}/dismiss").status_code == 404
    for query in ("", "?step=read", "?step=read&at=2026", "?step=read&at=2026-03-10T17:00:00", "?step=x&at=z"):
        assert client.post(f"/notifications/undo{query}").status_code == 400
    for moment in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00%2B14:00"):
        assert client.post(f"/notifications/undo?step=read&at={moment}").status_code == 400
    assert client.get("/notifications/?after=x").status_code == 400
    assert states(session) == [(False, False)]


def test_old_ones_are_deleted(anna, people, session, clock):
    mail_to(people["anna"])
    session.commit()
    clock.forward(hours=RETENTION.total_seconds() / 3600 - 1)
    delete_notifications()
    assert len(states(session)) == 1
    clock.forward(hours=2)
    delete_notifications()
    assert states(session) == []
