"""Time ranges: tomorrow's meetings, today's appointments, overnight changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.pipeline import SEPARATOR
from crm.core.data.record import archive_record
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import ReminderChoice
from crm.followups.services import add_follow_up, cancel_follow_up, complete_follow_up, reassign_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.blocks import blocks_for
from crm.reminders.kinds import DigestContext
from crm.reminders.kinds.assigned import KIND as ASSIGNED
from crm.reminders.kinds.meeting_tomorrow import KIND as MEETING_TOMORROW
from crm.reminders.models import Reminder
from crm.reminders.queries import list_separately_sent, readers
from tests.factories import archived, client_of, person, representation
from tests.reminders.digest_data import MORNING, TODAY

PLANNED = {"state": InteractionState.planned, "zone": "America/Los_Angeles"}
MORNING_EVE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
"""18:00 in Los Angeles on the working day before MORNING."""


def plan(anna, *walls: datetime) -> dict[int, datetime]:
    """Plan a meeting of anna's at each local time; return the times by id."""
    return {log_interaction(anna, PLANNED | {"wall": wall}, InteractionDetails()).id: wall for wall in walls}


def test_tomorrow_covers_the_whole_next_calendar_day(anna, reader):
    first, last = datetime(2026, 3, 11, 0, 0), datetime(2026, 3, 11, 23, 59)
    created = plan(anna, datetime(2026, 3, 10, 23, 59), first, last, datetime(2026, 3, 12, 0, 0))
    assert [created[due.record_id] for due in MEETING_TOMORROW.find_due([reader], MORNING)] == [first, last]


def test_meetings_of_tomorrow_are_due_at_the_digest_hour(anna, reader):
    plan(anna, datetime(2026, 3, 11, 9, 0))
    moments = (MORNING - timedelta(minutes=31), MORNING - timedelta(minutes=30))
    assert [len(MEETING_TOMORROW.find_due([reader], now)) for now in moments] == [0, 1]


def test_meetings_of_tomorrow_need_separate_emails_enabled(anna, reader):
    plan(anna, datetime(2026, 3, 11, 9, 0))
    counts = {
        choice: len(MEETING_TOMORROW.find_due([replace(reader, choice=choice)], MORNING)) for choice in ReminderChoice
    }
    assert counts == {ReminderChoice.digest: 0, ReminderChoice.timed: 1, ReminderChoice.all: 1}
    assert MEETING_TOMORROW.find_due([replace(reader, settings={"meeting_tomorrow": False})], MORNING) == []


def test_today_ends_at_midnight(anna, reader):
    last = datetime(2026, 3, 10, 23, 59)
    created = plan(anna, datetime(2026, 3, 9, 23, 59), last, datetime(2026, 3, 11, 0, 0))
    with business_clock.frozen(MORNING):
        today = [b for b in blocks_for(reader, MORNING) if b.code == "today"]
    assert [created[item.interaction_id] for block in today for item in block.items] == [last]


def test_separately_emailed_follow_ups_are_those_of_the_reader_since_then(anna, people, session):
    names = ("told", "before", "digest", "of dora", "withdrawn", "without an email")
    created = {name: add_follow_up(anna, {"title": name, "due_on": TODAY}) for name in names}
    gone = put_mail("followup_due", RenderedMail("S", "T", ""), to=people["anna"], dedupe_key="gone")
    gone.state = MailState.canceled
    session.flush()
    for name, row in created.items():
        kind = "digest" if name == "digest" else "followup_due"
        user = people["dora"] if name == "of dora" else people["anna"]
        moment = MORNING - timedelta(minutes=1) if name == "before" else MORNING
        session.add(
            Reminder(
                kind=kind,
                record_id=row.id,
                subject_key=f"record:{row.id}",
                user_id=user.id,
                at=moment,
                occurrence="2026-03-10",
                mail_id=gone.id if name == "withdrawn" else None,
            )
        )
    session.flush()
    assert list_separately_sent(anna.id, MORNING) == {created["told"].id, created["without an email"].id}


def test_digest_omits_follow_ups_emailed_since_midnight(anna, reader, session):
    midnight = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    values = {"due_wall": datetime(2026, 3, 9, 17, 0), "zone": "America/Los_Angeles"}
    for title, moment in (("at midnight", midnight), ("a minute before", midnight - timedelta(minutes=1))):
        row = add_follow_up(anna, values | {"title": title})
        session.add(
            Reminder(
                kind="followup_due",
                record_id=row.id,
                subject_key=f"record:{row.id}",
                user_id=anna.id,
                at=moment,
                occurrence="2026-03-10T00:00Z",
            )
        )
    session.flush()
    with business_clock.frozen(MORNING):
        for for_mail, titles in ((False, {"at midnight", "a minute before"}), (True, {"a minute before"})):
            blocks = blocks_for(reader, MORNING, for_mail=for_mail)
            assert {item.title for block in blocks for item in block.items} == titles


def test_digest_has_only_open_follow_ups_of_the_reader(anna, reader, actor, session):
    names = ("open", "done", "canceled", "archived", "of clara")
    created = {name: add_follow_up(anna, {"title": name, "due_on": TODAY}) for name in names}
    complete_follow_up(anna, created["done"])
    cancel_follow_up(anna, created["canceled"])
    archive_record(created["archived"], "twice")
    created["of clara"].counselor_id = actor("clara").id
    session.flush()
    with business_clock.frozen(MORNING):
        blocks = blocks_for(reader, MORNING)
    assert [(item.title, item.number) for block in blocks for item in block.items] == [("open", 1)]


def test_only_a_china_rep_ending_soon_is_reported(anna, reader):
    for name, days in (("Near", 14), ("Far", 200), ("Over", -1), ("Open", None)):
        organization = client_of("Inland", name, counselor=anna)
        to_on = TODAY + timedelta(days=days) if days is not None else None
        representation(organization, person("Zhou", name), counselor=anna, from_on=date(2025, 1, 1), to_on=to_on)
    soon = {"counselor": anna, "from_on": date(2025, 1, 1), "to_on": TODAY + timedelta(days=14)}
    archived(representation(client_of("Inland", "Archived"), person("Zhou", "Archived"), **soon))
    representation(client_of("Bay", "Hidden"), person("Zhou", "Hidden"), **soon)
    with business_clock.frozen(MORNING):
        news = [b for b in blocks_for(reader, MORNING) if b.code == "news"]
    titles = [item.title for block in news for item in block.items]
    assert (len(titles), "Near" in titles[0]) == (1, True)


def test_planned_interaction_without_a_time_is_listed_and_emailed_by_its_day(anna, mails, reader):
    days = {"Yesterday's visit": 9, "Today's visit": 10, "Tomorrow's visit": 11}
    for subject, day in days.items():
        values = PLANNED | {"wall": datetime(2026, 3, day, 12), "time_known": False, "subject": subject}
        log_interaction(anna, values, InteractionDetails())
    sent = mails()
    lines = {item.title: (item.second, item.when) for b in blocks_for(reader, MORNING) for item in b.items}
    assert lines == {"Yesterday's visit": ("yesterday", ""), "Today's visit": ("", "")}
    assert sent["meeting_tomorrow"].subject == "Tomorrow: Tomorrow's visit"
    assert "12:00 PM" not in sent["meeting_tomorrow"].text + sent["digest"].text


def test_assignment_during_the_day_is_in_one_digest(anna, reader, actor, session, clock):
    clara = actor("clara")
    clock.set(MORNING - timedelta(hours=20))
    act_as(session(), clara, ChangeSource.web)
    row = add_follow_up(clara, {"title": "HS note", "due_on": TODAY + timedelta(days=9)})
    reassign_follow_up(clara, row, anna.id)
    session.flush()
    contexts = [DigestContext(reader, MORNING + timedelta(days=n), MORNING_EVE + timedelta(days=n)) for n in (0, 1)]
    assert [len(ASSIGNED.find_due(context).items) for context in contexts] == [1, 0]


def test_meeting_of_tomorrow_is_due_until_the_reader_has_its_reminder(anna, reader, people, session):
    (meeting_id,) = plan(anna, datetime(2026, 3, 11, 9, 0))
    counts = []
    for user in ("nobody", "clara", "anna"):
        if user in people:
            (due,) = MEETING_TOMORROW.find_due([reader], MORNING)
            session.add(
                Reminder(
                    kind="meeting_tomorrow",
                    record_id=meeting_id,
                    subject_key=due.subject_key,
                    user_id=people[user].id,
                    at=MORNING,
                    occurrence=due.occurrence,
                )
            )
            session.flush()
        counts.append(len(MEETING_TOMORROW.find_due([reader], MORNING)))
    assert counts == [1, 1, 0]


def test_end_of_a_confidential_china_rep_is_marked_confidential(anna, reader):
    for name, is_confidential in (("Open", False), ("Quiet", True)):
        representation(
            client_of("Inland", name, counselor=anna),
            person("Zhou", name),
            counselor=anna,
            to_on=TODAY + timedelta(days=14),
            confidential=is_confidential,
        )
    with business_clock.frozen(MORNING):
        news = [b for b in blocks_for(reader, MORNING) if b.code == "news"]
    assert {item.title.split()[3]: item.confidential for block in news for item in block.items} == {
        "Open": False,
        "Quiet": True,
    }


def test_digest_reads_when_the_last_one_was_made_together_with_its_items(anna, session, clock, sql):
    clock.set(MORNING)
    add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 10)})
    session.flush()
    reader = readers([anna.id])[0]
    sql.clear()
    blocks_for(reader, MORNING, for_mail=True)
    alone = [text for text in sql if SEPARATOR not in text]
    assert [text for text in alone if text.startswith(("SELECT reminder.at", "SELECT reminder_offset."))] == []
