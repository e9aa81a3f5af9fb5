"""What users are notified of, and who still sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.history import ChangeSource, act_as
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.followups.services import add_follow_up, change_follow_up
from crm.merging.services import unmerge
from crm.notifications.models import Notification
from crm.notifications.queries import list_notifications
from crm.records.services import change_counselor
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from tests.factories import client_of, make_confidential
from tests.merging.lookups import merge
from tests.notifications.conftest import NOW, mail_to
from tests.reminders.digest_data import turn_off


@pytest.fixture
def act(session, actor):
    """Let a user act from now on; return the actor."""

    def run(name: str):
        act_as(session(), actor(name), ChangeSource.web)
        return actor(name)

    return run


@pytest.fixture
def titles(actor):
    return lambda name="anna": [row.title for row in list_notifications(actor(name))]


def note_of(actor, note: str, **values):
    return add_follow_up(actor, {"title": "HS note", "due_on": NOW.date() + timedelta(days=9), "note": note} | values)


# What there is a notification of


def test_email_to_a_user_is_a_notification(anna, people, session, titles):
    mail_to(people["anna"])
    put_mail("invitation", RenderedMail("Secret", "x", "x"), to=people["anna"], dedupe_key="s")
    put_mail("checkin", RenderedMail("Outside", "x", "x"), to="zhou@example.cn", dedupe_key="o")
    assert titles() == ["Subject one"]
    assert titles("clara") == []


def test_mention_by_full_name_notifies_no_other_user_with_the_first_name(act, people, session, titles):
    people["boris"].name = "Anna Smith"
    session.flush()
    note_of(act("clara"), "@Anna Smith, please check")
    assert titles() == []


def test_canceled_email_is_no_notification(anna, people, session, titles):
    mail = mail_to(people["anna"])
    mail.state = MailState.canceled
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


def test_withdrawn_question_is_no_notification(anna, people, actor, act, titles):
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


def test_mention_turned_off_is_no_notification(anna, act, session, titles):
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


def test_undo_of_a_merge_assigns_without_notifications(anna, people, act, session, titles):
    survivor = client_of("Inland", "Delta Orchards", counselor=anna)
    other = client_of("Inland", "Delta Orchards LLC", counselor=act("clara"))
    session.flush()
    merged = merge(act("clara"), survivor, other, counselor_id="b")
    assert survivor.counselor_id == people["clara"].id
    unmerge(act("clara"), merged)
    assert (survivor.counselor_id, titles()) == (people["anna"].id, [])


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
