"""What users are notified of, who still sees it, the count of the frame, and read, dismiss and undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.history import Via, act_as
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.followups.services import add_follow_up, change_follow_up
from crm.notifications.jobs import delete_notifications
from crm.notifications.models import Notification
from crm.notifications.policy import RETENTION
from crm.notifications.queries import list_notifications
from crm.records.services import change_counselor
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from tests.factories import client_of, make_confidential
from tests.reminders.morning import turn_off

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@pytest.fixture
def anna(people, actor, clock):
    clock.set(NOW)
    return actor("anna")


@pytest.fixture
def act(session, actor):
    """Let a user act from now on; return the actor."""

    def run(name: str):
        act_as(session(), actor(name), Via.web)
        return actor(name)

    return run


@pytest.fixture
def titles(actor):
    return lambda name="anna": [row.title for row in list_notifications(actor(name))]


def note_of(actor, note: str, **values):
    return add_follow_up(actor, {"title": "HS note", "due_on": NOW.date() + timedelta(days=9), "note": note} | values)


def mail_to(user, key: str = "one", **values) -> Mail:
    mail = put_mail("digest", to=user, subject=f"Subject {key}", text="x", html="x", dedupe_key=key, **values)
    assert mail is not None
    return mail


# What there is a notification of


def test_email_to_a_user_is_a_notification(anna, people, session, titles):
    mail_to(people["anna"])
    put_mail("invitation", to=people["anna"], subject="Secret", text="x", html="x", dedupe_key="s", secret=True)
    put_mail("checkin", to="zhou@example.cn", subject="Outside", text="x", html="x", dedupe_key="o")
    assert titles() == ["Subject one"]
    assert titles("clara") == []


def test_canceled_email_is_none(anna, people, session, titles):
    mail = mail_to(people["anna"])
    mail.state = MailState.cancelled
    session.flush()
    assert titles() == []


def test_question_and_answer_open_their_page(anna, people, actor, act, session, titles, client):
    row = ask_colleague(act("anna"), people["dora"].id, "May we send drawings?", None)
    assert titles("dora") == ["Question from Anna Reyes"]
    answer_referral(act("dora"), row, "Not yet.")
    assert [title.partition(" from ")[0] for title in titles()] == ["Answer"]
    notice = session.scalars(sa.select(Notification).where(Notification.user_id == anna.id)).one()
    client.login_as("anna")
    response = client.post(f"/notifications/{notice.id}/open")
    assert (response.status_code, response.headers["Location"]) == (303, f"/referrals/{row.id}")


def test_withdrawn_question_is_none(anna, people, actor, act, titles):
    row = ask_colleague(act("anna"), people["dora"].id, "May we?", None)
    withdraw_referral(actor("anna"), row)
    assert titles("dora") == []


@pytest.mark.parametrize("note", ["@Anna please", "请＠anna 看"])
def test_mention_is_one_at_once(anna, act, session, titles, note):
    row = note_of(act("clara"), note)
    session.flush()
    assert titles() == ["Clara Whitfield mentioned you: HS note"]
    change_follow_up(act("clara"), row, {"note": f"{note} and more"})
    session.flush()
    assert len(titles()) == 1


def test_own_mention_and_another_word_are_none(anna, act, session, titles):
    note_of(act("anna"), "@anna me")
    note_of(act("clara"), "@annabelle")
    session.flush()
    assert titles() == []


def test_mention_turned_off_is_none(anna, act, session, titles):
    turn_off(anna, "mentioned")
    note_of(act("clara"), "@anna")
    session.flush()
    assert titles() == []


def test_assignment_by_a_colleague_is_one_until_it_ends(anna, people, act, session, titles):
    record = client_of("Inland", "Delta Orchards", counselor=act("clara"))
    session.flush()
    change_counselor(record, people["anna"].id)
    session.flush()
    assert titles() == ["Clara Whitfield assigned you: Delta Orchards"]
    change_counselor(record, people["clara"].id)
    session.flush()
    assert titles() == []


def test_import_assigns_without_notifications(anna, people, actor, session, titles):
    record = client_of("Inland", "Delta Orchards", counselor=actor("clara"))
    session.flush()
    act_as(session(), actor("clara"), Via.import_)
    change_counselor(record, people["anna"].id)
    session.flush()
    assert titles() == []


# What a user loses sight of


def test_notification_of_a_hidden_record_leaves_no_trace(anna, people, actor, act, session, titles, client):
    row = note_of(act("clara"), "@anna secret")
    mail_to(people["anna"], "about it", record=row)
    session.flush()
    assert len(titles()) == 2
    notice_ids = session.scalars(sa.select(Notification.id)).all()
    make_confidential(row)
    session.flush()
    assert titles() == []
    client.login_as("anna")
    page = client.get("/notifications/")
    assert 'aria-label="Notifications"' in page.text
    assert "No notifications" in page.text
    statuses = {
        client.post(f"/notifications/{i}/{step}").status_code for i in notice_ids for step in ("open", "dismiss")
    }
    assert statuses == {404}
    client.post("/notifications/dismiss")
    assert session.scalars(sa.select(Notification.dismissed_at)).all() == [None, None]


# The bell


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
