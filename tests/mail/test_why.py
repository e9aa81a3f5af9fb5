"""Why somebody did, or did not, get a mail about a follow-up, a meeting, a morning."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core.errors import NotFound
from crm.core.policy import ReminderChoice
from crm.followups.services import add_follow_up, change_follow_up, finish
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.mail.why import of_digests, why
from crm.reminders.jobs import plan_reminders
from crm.reminders.policy import ReminderKind
from crm.reminders.services import set_mutes
from tests.factories import client_of, secluded

NOON = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)  # a Tuesday in Los Angeles


@pytest.fixture
def anna(people, actor, clock):
    clock.set(NOON)
    for name, user in people.items():
        user.active = name in ("anna", "clara", "boris")
    return actor("anna")


def promised(anna, **more):
    return add_follow_up(anna, {"title": "Call Zhou", "due_on": date(2026, 3, 10)} | more)


def said(actor, row, at=NOON):
    return " ".join(why(actor, row.id, at).reasons)


def test_a_day_stands_in_the_digest_of_the_last_working_day(anna):
    row = promised(anna, due_on=date(2026, 3, 15))
    assert "has no mail of its own" in said(anna, row)
    assert "the digest of Fri, Mar 13, 7:00 AM" in said(anna, row)


def test_what_is_late_stands_in_the_next_digest(anna):
    row = promised(anna, due_on=date(2026, 3, 5))
    assert "the digest of Mon, Mar 16" in said(anna, row, NOON + timedelta(days=4))


def test_a_time_has_its_own_mail_and_is_told_of_once_it_was(anna, session, clock):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    assert "it is due Tue, Mar 10, " in said(anna, row)
    assert "its own mail leaves at that moment" in said(anna, row)
    assert "was not told yet" in said(anna, row)
    session.commit()
    plan_reminders()
    found = why(anna, row.id, NOON)
    assert "was not told yet" not in " ".join(found.reasons)
    assert [(t.who, t.at, t.state.value) for t in found.told] == [("Anna Reyes", NOON, "pending")]
    assert found.told[0].mail_id


def test_mail_me_alone_comes_at_the_digest_hour(anna):
    assert "leaves on Fri, Mar 13 at 7:00 AM" in said(anna, promised(anna, due_on=date(2026, 3, 14), mail_alone=True))


def test_what_was_switched_off_is_named(anna, people):
    row = promised(anna, due_wall=datetime(2026, 3, 11, 11, 0))
    set_mutes(anna.id, [ReminderKind.followup_due, ReminderKind.digest])
    assert "switched off mails about single follow-ups" in said(anna, row)
    assert "Daily digest is switched off too" in said(anna, row)
    set_mutes(anna.id, [])
    people["anna"].reminders = ReminderChoice.digest
    assert "has no mail of its own" in said(anna, row)


def test_nobody_is_told_of_what_is_done_nobodys_or_somebodys_who_left(anna, people, actor, session):
    row, free, left = promised(anna), promised(anna), promised(anna)
    finish(anna, row)
    free.counselor_id = None
    assert "It is done: nobody is told of it" in said(anna, row)
    assert "It is nobody's" in said(anna, free)
    people["anna"].active = False
    assert "account is disabled" in said(actor("clara"), left)


def test_mails_of_others_are_known_to_the_teams_manager_alone(anna, actor, session, people, app):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    assert why(actor("clara"), row.id, NOON).told[0].mail_id
    assert why(actor("dora"), row.id, NOON).told[0].mail_id is None
    with pytest.raises(NotFound):
        why(actor("boris"), row.id, NOON)


def test_page_says_it_and_leads_to_the_mail(client, people, actor, session, clock):
    clock.set(NOON)
    row = promised(actor("anna"), due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    anna = client.login_as("anna")
    assert f'href="/mail/why/{row.id}"' in anna.get(f"/followups/{row.id}").text
    page = anna.get(f"/mail/why/{row.id}").text
    assert "View email" in page
    assert "Anna Reyes" in page
    assert anna.get("/mail/why/999999").status_code == 404
    assert client.login_as("boris").get(f"/mail/why/{row.id}").status_code == 404


def test_moved_after_its_mail_it_is_told_anew(anna, session):
    row = promised(anna, due_wall=datetime(2026, 3, 10, 11, 0))
    session.commit()
    plan_reminders()
    change_follow_up(anna, row, {"due_wall": datetime(2026, 3, 10, 11, 30)})
    assert "was not told yet" in said(anna, row)


def planned(anna, at=datetime(2026, 3, 11, 11, 0), **more):
    return log_interaction(
        anna, {"wall": at, "state": InteractionState.planned, "subject": "Talk"} | more, InteractionDetails()
    )


def test_a_meeting_is_told_on_the_day_before_to_who_takes_part(anna, session):
    row = planned(anna)
    assert "Anna Reyes takes part, and is told on the day before: Tue, Mar 10 from 7:00 AM on" in said(anna, row)
    assert "was not told yet" in said(anna, row)
    assert "It stands in the digest of Wed, Mar 11, 7:00 AM." in said(anna, row)
    session.commit()
    plan_reminders()
    assert "was not told yet" not in said(anna, row)
    assert [t.state.value for t in why(anna, row.id, NOON).told] == ["pending"]


def test_a_meeting_made_too_late_or_on_a_day_off_says_so(anna):
    today, saturday = planned(anna, datetime(2026, 3, 10, 15)), planned(anna, datetime(2026, 3, 14, 9))
    assert "it was not told then: it was made or moved to this time later" in said(anna, today)
    assert "Sat, Mar 14 is no working day of theirs" in said(anna, saturday)


def test_a_meeting_that_is_switched_off_settled_or_over_says_so(anna, people, actor):
    row, past = planned(anna), planned(anna, datetime(2026, 3, 10, 9))
    held = planned(anna, datetime(2026, 3, 9, 9), state=InteractionState.held)
    set_mutes(anna.id, [ReminderKind.meeting_tomorrow])
    assert "Anna Reyes has switched off mails about meetings." in said(anna, row)
    set_mutes(anna.id, [])
    people["anna"].reminders = ReminderChoice.digest
    assert "has no mail of its own" in said(anna, row)
    assert "It is held: mails go out only before what is planned." in said(anna, held)
    assert "asks whether it happened" in said(anna, past)
    people["anna"].active = False
    assert "Nobody of us takes part" in said(actor("clara"), row)
    with pytest.raises(NotFound):
        why(actor("boris"), row.id, NOON)
    with pytest.raises(NotFound):
        why(anna, client_of("Inland").id, NOON)


def test_who_may_not_see_a_meeting_is_told_apart_by_circle_and_team(anna, people, session):
    row = planned(anna)
    for name in ("boris", "dora"):
        people[name].active = True
        session.add(InteractionStaff(interaction_id=row.id, user_id=people[name].id))
    session.flush()
    assert f"{people['boris'].name} may not see it: it is of a team that is not theirs." in said(anna, row)
    secluded(row)
    assert f"{people['dora'].name} may not see it: it is confidential" in said(anna, row)


def mornings(anna, at=NOON):
    return " ".join(of_digests(anna, at).reasons)


def test_a_digest_says_when_it_comes_and_what_became_of_todays(anna, session):
    assert "It comes at 7:00 AM on your working days. It is due and was not told yet" in mornings(anna)
    assert "Today's is still to come" in mornings(anna, NOON - timedelta(hours=8))
    assert "the next one comes on Mon, Mar 16" in mornings(anna, NOON + timedelta(days=4))
    session.commit()
    plan_reminders()
    assert "there was nothing to tell" in mornings(anna)
    assert [t.is_empty for t in of_digests(anna, NOON).told] == [True]
    set_mutes(anna.id, [ReminderKind.going_quiet])
    assert "You have switched off: Going quiet." in mornings(anna)
    set_mutes(anna.id, [ReminderKind.digest])
    assert mornings(anna) == "You turned off the daily digest."


def test_pages_of_a_meeting_and_of_digests_lead_to_their_mails(client, people, actor, session, clock):
    clock.set(NOON)
    row = planned(actor("anna"))
    promised(actor("anna"))
    session.commit()
    plan_reminders()
    anna = client.login_as("anna")
    assert f'href="/mail/why/{row.id}"' in anna.get(f"/interactions/{row.id}").text
    assert 'href="/mail/why/digest"' in anna.get("/mail/").text
    for path in (f"/mail/why/{row.id}", "/mail/why/digest"):
        page = anna.get(path).text
        mail = re.search(r'href="(/mail/\d+)"', page)[1]
        assert f'href="{path}"' in anna.get(mail).text
    assert client.login_as("boris").get(f"/mail/why/{row.id}").status_code == 404
