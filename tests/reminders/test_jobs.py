"""Each event is emailed once, to the right user, at the right time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import ReminderChoice
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, complete_follow_up, reassign_follow_up, set_due
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.reminders.jobs import plan_reminders
from crm.reminders.models import Reminder
from tests.factories.opportunities import make_opportunity

MORNING = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 07:30 in Los Angeles, a Tuesday


@pytest.fixture
def mails(session, clock):
    """Run the planner at a moment; return all emails created so far."""

    def run(moment: datetime) -> list[Mail]:
        session.commit()
        clock.set(moment)
        plan_reminders()
        return list(session.scalars(sa.select(Mail).order_by(Mail.id)))

    return run


@pytest.fixture
def anna(people, actor):
    """Return the counselor whose reminders are tested; only she gets any."""
    for name, user in people.items():
        user.active = name == "anna"
    return actor("anna")


def timed(anna, moment="2026-03-10T17:00", **more) -> FollowUp:
    return add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime.fromisoformat(moment)} | more)


def test_timed_follow_up_is_emailed_once_at_its_time(mails, anna, people, session):
    row = timed(anna)
    due = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    assert row.due_at == due
    mails(MORNING)
    before = [m for m in mails(due - timedelta(seconds=10)) if m.kind == "followup_due"]
    first = [m for m in mails(due) if m.kind == "followup_due"]
    again = [m for m in mails(due + timedelta(minutes=5)) if m.kind == "followup_due"]
    assert (before, len(first), len(again)) == ([], 1, 1)
    assert (first[0].address, first[0].record_id) == ("anna@demo.example", row.id)
    assert "Call Zhou" in first[0].subject


def test_moved_follow_up_is_emailed_again_and_the_old_email_canceled(mails, anna, session):
    row = timed(anna)
    due = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    mails(due)
    set_due(row, datetime(2026, 3, 11, 9, 0))
    from crm.followups.services import change_follow_up

    change_follow_up(anna, row, {"due_wall": datetime(2026, 3, 11, 10, 0)})
    states = [m.state for m in mails(datetime(2026, 3, 11, 17, 0, tzinfo=UTC)) if m.kind == "followup_due"]
    assert states == [MailState.canceled, MailState.pending]


def test_done_follow_up_cancels_its_email(mails, anna):
    row = timed(anna)
    due = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    mails(due)
    complete_follow_up(anna, row)
    assert [m.state for m in mails(due) if m.kind == "followup_due"] == [MailState.canceled]


def test_digest_only_user_gets_no_separate_email(mails, anna, people):
    people["anna"].reminders = ReminderChoice.digest
    timed(anna)
    assert [m.kind for m in mails(datetime(2026, 3, 11, 0, 5, tzinfo=UTC))] == ["digest"]


def test_separate_email_is_sent_at_the_digest_hour_and_not_in_the_digest(mails, anna, people):
    add_follow_up(anna, {"title": "Send price", "due_on": date(2026, 3, 10), "mail_alone": True})
    early = mails(MORNING - timedelta(hours=2))
    emails = mails(MORNING)
    assert (early, [(m.kind, "Send price" in m.subject) for m in emails]) == ([], [("followup_due", True)])


def test_digest_is_sent_once_on_working_days_and_covers_until_the_next(mails, anna):
    add_follow_up(anna, {"title": "Saturday thing", "due_on": date(2026, 3, 14)})
    friday = datetime(2026, 3, 13, 14, 0, tzinfo=UTC)
    assert mails(friday - timedelta(days=1)) == []
    emails = mails(friday)
    assert [(m.kind, "Saturday thing" in m.text) for m in emails] == [("digest", True)]
    assert len(mails(friday + timedelta(hours=3))) == 1
    assert len(mails(friday + timedelta(days=1))) == 1
    assert len(mails(friday + timedelta(days=3))) == 2


def test_empty_digest_is_not_sent_and_not_built_again(mails, anna, session):
    assert mails(MORNING) == []
    assert session.scalars(sa.select(Reminder.kind)).all() == ["digest"]


def test_confidential_title_is_in_no_email(mails, anna, people):
    row = timed(anna, moment="2026-03-10T09:00", title="Secret merger")
    row.confidential = True
    emails = mails(datetime(2026, 3, 10, 16, 30, tzinfo=UTC))
    assert emails
    assert not [m for m in emails if "Secret merger" in m.subject + m.text]


def test_reassigned_follow_up_is_emailed_to_the_new_counselor(mails, anna, people):
    people["clara"].active = True
    row = timed(anna)
    reassign_follow_up(anna, row, people["clara"].id)
    emails = [m for m in mails(datetime(2026, 3, 11, 0, 0, tzinfo=UTC)) if m.kind == "followup_due"]
    assert [m.address for m in emails] == ["clara@demo.example"]


def test_meeting_is_emailed_the_day_before(mails, anna):
    values = {"wall": datetime(2026, 3, 11, 11, 0), "state": InteractionState.planned, "subject": "Delta Orchards"}
    log_interaction(anna, values, InteractionDetails())
    emails = [m for m in mails(MORNING) if m.kind == "meeting_tomorrow"]
    assert [("Delta Orchards" in m.subject) for m in emails] == [True]
    assert len([m for m in mails(MORNING + timedelta(hours=2)) if m.kind == "meeting_tomorrow"]) == 1


def test_follow_up_due_during_downtime_is_emailed_once(mails, anna):
    timed(anna, moment="2026-03-06T17:00")
    emails = [m for m in mails(datetime(2026, 3, 10, 20, 0, tzinfo=UTC)) if m.kind == "followup_due"]
    assert len(emails) == 1
    assert "was due" in emails[0].text


def test_digest_after_downtime_omits_separately_emailed_items(mails, anna):
    timed(anna, moment="2026-03-08T17:00", title="Call of Sunday")
    add_follow_up(anna, {"title": "Price", "due_on": date(2026, 3, 10)})
    emails = {m.kind: m for m in mails(MORNING)}
    assert "Call of Sunday" in emails["followup_due"].subject
    assert "Price" in emails["digest"].text
    assert "Call of Sunday" not in emails["digest"].text


def test_only_the_latest_digest_is_sent_after_a_server_outage(mails, anna, session):
    add_follow_up(anna, {"title": "Price", "due_on": date(2026, 3, 10)})
    mails(MORNING)
    tuesday, wednesday = [m for m in mails(MORNING + timedelta(days=1)) if m.kind == "digest"]
    is_wanted = KINDS["digest"].still_wanted
    claimed = [ClaimedMail(*(getattr(m, name) for name in ClaimedMail._fields)) for m in (tuesday, wednesday)]
    assert [is_wanted(session, mail) for mail in claimed] == [False, True]


def test_past_appointment_only_asks_for_its_result(mails, anna):
    values = {"wall": datetime(2026, 3, 10, 7, 0), "minutes": 15, "state": InteractionState.planned}
    log_interaction(anna, values | {"subject": "Visit Redwood"}, InteractionDetails())
    emails = [m for m in mails(MORNING) if m.kind == "digest"]
    assert emails[0].text.count("Visit Redwood") == 1
    assert "DID IT HAPPEN?" in emails[0].text


def test_snoozed_opportunity_is_emailed_on_its_reopen_day(mails, anna, session):
    asleep = make_opportunity(title="Sleeping pumps", counselor=anna, stage=OpportunityStage.dormant)
    asleep.wakes_on = date(2026, 3, 11)
    assert mails(MORNING) == []
    emails = mails(MORNING + timedelta(days=1))
    assert [("Opportunity to reopen: Sleeping pumps" in m.text, "Mar 11" in m.text) for m in emails] == [(True, True)]
