"""Explanations why a user did, or did not, get an email about a follow-up, a meeting or a digest."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core.errors import NotFound
from crm.core.policy import ReminderChoice
from crm.followups.services import add_follow_up, change_follow_up, complete_follow_up
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.mail.explain import explain_digests, explain_reminders
from crm.reminders.jobs import plan_reminders
from tests.factories import client_of, make_confidential
from tests.reminders.digest_data import turn_off

NOON = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)  # a Tuesday in Los Angeles


@pytest.fixture
def anna(people, actor, clock):
    clock.set(NOON)
    for name, user in people.items():
        user.active = name in ("anna", "clara", "boris")
    return actor("anna")


def promised(anna, **more):
    return add_follow_up(anna, {"title": "Call Zhou", "due_on": date(2026, 3, 10)} | more)


def reasons_of(actor, row, now=NOON):
    return " ".join(explain_reminders(actor, row.id, now).reasons)


def test_date_on_a_day_off_is_in_the_digest_of_the_last_working_day(anna):
    row = promised(anna, due_on=date(2026, 3, 15))
    assert "No separate email is sent because Anna Reyes chose" in reasons_of(anna, row)
    assert "In the daily digest from Fri, Mar 13, 7:00 AM, until closed." in reasons_of(anna, row)


def test_overdue_follow_up_is_in_the_next_digest(anna):
    row = promised(anna, due_on=date(2026, 3, 5))
    assert "In the daily digest from Mon, Mar 16" in reasons_of(anna, row, NOON + timedelta(days=4))


def test_timed_follow_up_has_its_own_email_and_explains_it_once_sent(anna, session, clock):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    assert "the follow-up is due Tue, Mar 10, " in reasons_of(anna, row)
    assert "so a separate email is sent at that time" in reasons_of(anna, row)
    assert "A reminder is due." in reasons_of(anna, row)
    session.commit()
    plan_reminders()
    explanation = explain_reminders(anna, row.id, NOON)
    assert "A reminder is due." not in " ".join(explanation.reasons)
    assert [(t.name, t.at, t.state.value) for t in explanation.reminders] == [("Anna Reyes", NOON, "pending")]
    assert explanation.reminders[0].mail_id


def test_separate_email_comes_at_the_digest_hour(anna):
    assert "A separate email is sent on Fri, Mar 13 at 7:00 AM." in reasons_of(
        anna, promised(anna, due_on=date(2026, 3, 14), mail_alone=True)
    )


def test_late_separate_email_comes_on_the_next_working_day(anna, session):
    row = promised(anna, due_on=date(2026, 3, 8), mail_alone=True)
    sunday = NOON - timedelta(days=2)
    assert "A separate email is sent on Mon, Mar 9 at 7:00 AM." in reasons_of(anna, row, sunday)
    assert "A reminder is due." not in reasons_of(anna, row, sunday)
    assert "on Tue, Mar 10 at 7:00 AM. A reminder is due." in reasons_of(anna, row)
    session.commit()
    plan_reminders()
    assert "A separate email is sent on Fri, Mar 6 at 7:00 AM." in reasons_of(anna, row)
    assert "A reminder is due." not in reasons_of(anna, row)


def test_disabled_kind_is_named(anna, people):
    row = promised(anna, due_wall=datetime(2026, 3, 11, 11, 0))
    turn_off(anna, "followup_due", "digest")
    assert "Anna Reyes turned off separate emails for follow-ups." in reasons_of(anna, row)
    assert "The daily digest is turned off too" in reasons_of(anna, row)
    turn_off(anna)
    people["anna"].reminders = ReminderChoice.digest
    assert "No separate email is sent because Anna Reyes chose" in reasons_of(anna, row)


def test_done_unassigned_and_departed_user_follow_ups_send_nothing(anna, people, actor, session):
    row, free, of_inactive = promised(anna), promised(anna), promised(anna)
    complete_follow_up(anna, row)
    free.counselor_id = None
    assert "This is done. Pending reminders were canceled." in reasons_of(anna, row)
    assert "No counselor is assigned" in reasons_of(anna, free)
    people["anna"].active = False
    assert "The counselor's account is deactivated" in reasons_of(actor("clara"), of_inactive)


def test_emails_of_others_are_visible_only_to_the_team_manager(anna, actor, session, people, app):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    assert explain_reminders(actor("clara"), row.id, NOON).reminders[0].mail_id
    assert explain_reminders(actor("dora"), row.id, NOON).reminders[0].mail_id is None
    with pytest.raises(NotFound):
        explain_reminders(actor("boris"), row.id, NOON)


def test_page_explains_and_links_to_the_email(client, people, actor, session, clock):
    clock.set(NOON)
    row = promised(actor("anna"), due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    anna = client.login_as("anna")
    assert f'href="/mail/explain/{row.id}"' in anna.get(f"/followups/{row.id}").text
    page = anna.get(f"/mail/explain/{row.id}").text
    assert "View email" in page
    assert "Anna Reyes" in page
    assert anna.get("/mail/explain/999999").status_code == 404
    assert client.login_as("boris").get(f"/mail/explain/{row.id}").status_code == 404


def test_follow_up_moved_after_its_email_is_emailed_again(anna, session):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    change_follow_up(anna, row, {"due_wall": datetime(2026, 3, 10, 11, 30)})
    assert "A reminder is due." in reasons_of(anna, row)


def planned(anna, moment=datetime(2026, 3, 11, 11, 0), **more):
    return log_interaction(
        anna, {"wall": moment, "state": InteractionState.planned, "subject": "Talk"} | more, InteractionDetails()
    )


def test_meeting_is_emailed_the_day_before_to_its_attendees(anna, session):
    row = planned(anna)
    assert "Anna Reyes gets an email the day before: Tue, Mar 10, from 7:00 AM." in reasons_of(anna, row)
    assert "A reminder is due." in reasons_of(anna, row)
    assert "In the daily digest of Wed, Mar 11, 7:00 AM." in reasons_of(anna, row)
    session.commit()
    plan_reminders()
    assert "A reminder is due." not in reasons_of(anna, row)
    assert [t.state.value for t in explain_reminders(anna, row.id, NOON).reminders] == ["pending"]


def test_meeting_added_too_late_or_on_a_day_off_is_explained(anna):
    today, saturday = planned(anna, datetime(2026, 3, 10, 15)), planned(anna, datetime(2026, 3, 14, 9))
    assert "This was added or moved too late for the reminder" in reasons_of(anna, today)
    assert "Sat, Mar 14 isn't a working day" in reasons_of(anna, saturday)


def test_meeting_that_is_disabled_closed_or_past_is_explained(anna, people, actor):
    row, past = planned(anna), planned(anna, datetime(2026, 3, 10, 9))
    past_talk = planned(anna, datetime(2026, 3, 9, 9), state=InteractionState.held)
    turn_off(anna, "meeting_tomorrow")
    assert "Anna Reyes turned off emails about meetings." in reasons_of(anna, row)
    turn_off(anna)
    people["anna"].reminders = ReminderChoice.digest
    assert "No separate email is sent because Anna Reyes chose" in reasons_of(anna, row)
    assert "This is held. Reminders are sent only for planned interactions." in reasons_of(anna, past_talk)
    assert "asks whether it happened" in reasons_of(anna, past)
    people["anna"].active = False
    assert "No staff member is attending" in reasons_of(actor("clara"), row)
    with pytest.raises(NotFound):
        explain_reminders(actor("boris"), row.id, NOON)
    with pytest.raises(NotFound):
        explain_reminders(anna, client_of("Inland").id, NOON)


def test_missing_access_to_a_meeting_is_explained_by_readers_or_team(anna, people, session):
    row = planned(anna)
    for name in ("boris", "dora"):
        people[name].active = True
        session.add(InteractionStaff(interaction_id=row.id, user_id=people[name].id))
    session.flush()
    assert f"{people['boris'].name} doesn't have access to this record of another team." in reasons_of(anna, row)
    make_confidential(row)
    assert f"{people['dora'].name} doesn't have access to this confidential record." in reasons_of(anna, row)


def digest_reasons(anna, moment=NOON):
    return " ".join(explain_digests(anna, moment).reasons)


def test_digest_explains_its_next_time_and_the_result_of_today(anna, session):
    assert "Your digest is sent at 7:00 AM on your working days. A reminder is due." in digest_reasons(anna)
    assert "Today's digest is scheduled for later." in digest_reasons(anna, NOON - timedelta(hours=8))
    assert "Your next digest is on Mon, Mar 16." in digest_reasons(anna, NOON + timedelta(days=4))
    thanksgiving = datetime(2026, 11, 26, 19, tzinfo=UTC)
    for days in (10, 0):
        assert "Next exceptions: Thu, Nov 26: no digest (Thanksgiving Day); Fri, Dec 25: no digest" in digest_reasons(
            anna, thanksgiving - timedelta(days=days)
        )
    session.commit()
    plan_reminders()
    assert "There was nothing to report this morning" in digest_reasons(anna)
    assert [t.is_empty for t in explain_digests(anna, NOON).reminders] == [True]
    turn_off(anna, "going_quiet")
    assert "Not included, because turned off: Going quiet, Birthdays." in digest_reasons(anna)
    turn_off(anna, "digest")
    assert digest_reasons(anna) == "You turned off the daily digest."


def test_meeting_and_digest_pages_link_to_their_emails(client, people, actor, session, clock):
    clock.set(NOON)
    row = planned(actor("anna"))
    promised(actor("anna"))
    session.commit()
    plan_reminders()
    anna = client.login_as("anna")
    assert f'href="/mail/explain/{row.id}"' in anna.get(f"/interactions/{row.id}").text
    assert 'href="/mail/explain/digest"' in anna.get("/mail/").text
    for path in (f"/mail/explain/{row.id}", "/mail/explain/digest"):
        page = anna.get(path).text
        mail = re.search(r'href="(/mail/\d+)"', page)[1]
        assert f'href="{path}"' in anna.get(mail).text
    assert client.login_as("boris").get(f"/mail/explain/{row.id}").status_code == 404
