"""The planner beside another planner, with a failing item, and with many follow-ups; DST and holidays."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.outbox.models import Mail
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, change_follow_up
from crm.reminders.details import load_follow_up_facts
from crm.reminders.jobs import plan_reminders
from crm.reminders.kinds import followup_due
from crm.reminders.kinds.followup_due import KIND as FOLLOWUP_DUE
from crm.reminders.models import Reminder
from crm.reminders.queries import readers
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn

NOW = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)  # 13:00 in Los Angeles


def anna_of(people) -> object:
    user = people["anna"]
    return actor_of(user, list(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == user.id))))


@pytest.fixture
def office(real_app):
    """Return a real database with the demo's people and thirty follow-ups due in one minute."""
    with real_app.app_context(), business_clock.frozen(NOW - timedelta(days=1)):
        people = make_people()
        anna = anna_of(people)
        for n in range(30):
            add_follow_up(anna, {"title": f"Thing {n}", "due_wall": datetime(2026, 3, 10, 12)})
        db.session.commit()
    return real_app


def subjects(app) -> Counter[str]:
    with app.app_context():
        rows = Counter(db.session.scalars(sa.select(Mail.subject).where(Mail.kind == "followup_due")))
        db.session.rollback()
    return rows


def test_concurrent_planners_create_each_email_once(office):
    gate, went = threading.Barrier(2), []

    def plan() -> None:
        gate.wait()
        went.append(run_job(office, JOBS["plan_reminders"]))

    with business_clock.frozen(NOW):
        both = [threading.Thread(target=plan) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert went == [True, True]
    assert subjects(office) == Counter(f"Today: Thing {n}" for n in range(30))
    with office.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Reminder.kind == "followup_due")) == 30
        db.session.rollback()


def test_failing_item_stops_no_other_and_is_retried(office, monkeypatch):
    def fail_on_one(actor, row, now):
        if row.title == "Thing 3":
            raise LookupError("poisoned")
        return load_follow_up_facts(actor, row, now)

    with business_clock.frozen(NOW):
        monkeypatch.setattr(followup_due, "load_follow_up_facts", fail_on_one)
        assert run_job(office, JOBS["plan_reminders"])
        assert "Today: Thing 3" not in subjects(office)
        assert len(subjects(office)) == 29
        monkeypatch.setattr(followup_due, "load_follow_up_facts", load_follow_up_facts)
        assert run_job(office, JOBS["plan_reminders"])
    assert subjects(office) == Counter(f"Today: Thing {n}" for n in range(30))


def test_planner_statement_count_is_the_same_for_one_and_many(people, actor, session, sql, clock):
    anna = actor("anna")

    def count_statements() -> int:
        sql.clear()
        all_readers = readers()
        due = FOLLOWUP_DUE.find_due(all_readers, business_clock.now())
        count_statements.due_count = len(due)
        return len(sql)

    clock.set(NOW)
    add_follow_up(anna, {"title": "One", "due_wall": datetime(2026, 3, 10, 12)})
    session.commit()
    one = count_statements()
    assert count_statements.due_count == 1
    for n in range(60):
        add_follow_up(anna, {"title": f"Late {n}", "due_wall": datetime(2026, 3, 9, 12), "mail_alone": n % 2 == 0})
        add_follow_up(anna, {"title": f"Dated {n}", "due_on": date(2026, 3, 9), "mail_alone": True})
    session.commit()
    assert (count_statements(), count_statements.due_count) == (one, 121)
    plan_reminders()
    assert (count_statements(), count_statements.due_count) == (one, 0)


def test_follow_up_is_emailed_again_only_when_its_time_changes(people, actor, session, clock):
    anna = actor("anna")
    row = add_follow_up(anna, {"title": "Call", "due_wall": datetime(2026, 3, 10, 12)})
    session.commit()
    clock.set(NOW)
    plan_reminders()
    assert FOLLOWUP_DUE.find_due(readers(), business_clock.now()) == []
    change_follow_up(anna, row, {"title": "Call him"})
    session.commit()
    assert FOLLOWUP_DUE.find_due(readers(), business_clock.now()) == []
    change_follow_up(anna, row, {"due_wall": datetime(2026, 3, 10, 12, 30)})
    session.commit()
    assert [d.occurrence for d in FOLLOWUP_DUE.find_due(readers(), business_clock.now())] == ["2026-03-10T19:30Z"]


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        # 02:30 does not exist on March 8; 01:30 occurs twice on November 1, and the first one counts.
        (datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_follow_ups_around_daylight_saving_are_emailed_once_at_their_time(people, actor, session, clock, wall, moment):
    clock.set(moment - timedelta(days=2))
    add_follow_up(actor("anna"), {"title": "Odd hour", "due_wall": wall})
    session.commit()
    clock.set(moment - timedelta(seconds=1))
    plan_reminders()
    assert list_subjects(session) == []
    for later in (0, 3600, 7200):
        clock.set(moment + timedelta(seconds=later))
        plan_reminders()
    assert list_subjects(session) == ["Today: Odd hour"]


def test_email_planned_after_the_day_says_overdue(people, actor, session, clock):
    values = {"due_wall": datetime(2026, 3, 6, 9), "mail_alone": True}
    add_follow_up(actor("anna"), values | {"title": "Book an interpreter"})
    add_follow_up(actor("anna"), values | {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 8)})
    session.commit()
    clock.set(datetime(2026, 3, 10, 17, tzinfo=UTC))
    plan_reminders()
    assert sorted(list_subjects(session)) == ["Overdue: Book an interpreter", "Today: Call Zhou"]


def list_subjects(session) -> list[str]:
    return list(session.scalars(sa.select(Mail.subject).where(Mail.kind == "followup_due").order_by(Mail.id)))


def test_chinese_calendar_user_gets_emails_on_a_working_saturday_but_not_on_a_holiday(people, actor, session, clock):
    shen = actor("shen")
    for name, user in people.items():
        user.active = name == "shen"
    clock.set(datetime(2026, 2, 10, 0, 0, tzinfo=UTC))
    for day in (date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 18)):
        add_follow_up(shen, {"title": f"On {day}", "due_on": day})
    session.commit()
    days = []
    for n in range(20):
        moment = datetime(2026, 2, 10, 23, 5, tzinfo=UTC) + timedelta(days=n)
        clock.set(moment)
        plan_reminders()
    for mail in session.scalars(sa.select(Mail).where(Mail.kind == "digest").order_by(Mail.id)):
        days.append((mail.created_at + timedelta(hours=8)).date())
        assert ("On 2026-02-18" in mail.text) is (days[-1] >= date(2026, 2, 14))
    assert days[:2] == [date(2026, 2, 13), date(2026, 2, 14)]
    assert all(not date(2026, 2, 15) <= day <= date(2026, 2, 22) for day in days)


def test_deactivated_user_gets_no_email_and_user_without_a_team_does(people, actor, session, clock):
    noras = add_follow_up(actor("anna"), {"title": "Of nora", "due_wall": datetime(2026, 3, 10, 12)})
    noras.counselor_id = people["nora"].id
    gone = add_follow_up(actor("boris"), {"title": "Of boris", "due_wall": datetime(2026, 3, 10, 12)})
    people["boris"].active = False
    session.commit()
    clock.set(NOW)
    plan_reminders()
    assert list_subjects(session) == ["Today: Of nora"]
    people["boris"].active = True
    session.commit()
    plan_reminders()
    assert list_subjects(session) == ["Today: Of nora", "Today: Of boris"]
    assert session.get(FollowUp, gone.id).state.value == "open"
    assert session.get(User, people["nora"].id).reminders.value == "timed"
