"""Planned emails come true: none a minute before the planned moment, one of that kind at it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.identity import User
from crm.core.i18n.formats import as_read_by
from crm.core.mail.outbox.channel import pause_channel
from crm.core.policy import ReminderChoice
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.projects.services import add_project
from crm.reminders.kinds import load_kinds
from crm.reminders.models import Cover
from crm.reminders.panels import build_planned
from crm.reminders.plans import list_planned
from crm.reminders.policy import Offset, subject_of
from crm.reminders.services import set_offset
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of, make_confidential
from tests.factories.opportunities import make_opportunity
from tests.reminders.digest_data import MORNING, TODAY, turn_off

NOW = MORNING - timedelta(days=4)
"""Friday morning, 7:30 in Los Angeles; TODAY is the Tuesday after it, and a Sunday in between begins daylight time."""


def follow_up(anna, **values):
    return add_follow_up(anna, {"title": "Send the price", "due_on": TODAY} | values)


def visit(anna, wall=datetime(2026, 3, 10, 11), **values):
    planned = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": wall, "subject": "Visit"}
    return log_interaction(anna, planned | values, InteractionDetails())


def show(anna):
    values = {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": date(2026, 3, 11), "ends_on": date(2026, 3, 13)}
    row = save_show(anna, values)
    client = client_of("Inland", "ClearAir", counselor=anna)
    for day, hour in ((date(2026, 3, 11), 9), (date(2026, 3, 11), 14), (date(2026, 3, 12), 9)):
        meeting = {"day": day, "time": time(hour), "minutes": 30, "client_id": client.id, "host_id": None}
        save_meeting(anna, row, meeting | {"table": str(hour), "people": [], "staff": [anna.id]})
    return row


def make_dormant(anna, wakes_on=TODAY):
    row = make_opportunity(title="Sleeping pumps", counselor=anna, stage=OpportunityStage.dormant)
    row.wakes_on = wakes_on
    return row


def bid(anna):
    return add_project(anna, {"name": "Suzhou", "zone": "Asia/Shanghai", "bid_wall": datetime(2026, 4, 1, 9)})


CASES = {
    "dated": follow_up,
    "dated on a Sunday": lambda anna: follow_up(anna, due_on=date(2026, 3, 8)),
    "overdue": lambda anna: follow_up(anna, due_on=TODAY - timedelta(days=30)),
    "alone": lambda anna: follow_up(anna, mail_alone=True),
    "alone on a Sunday": lambda anna: follow_up(anna, due_on=date(2026, 3, 8), mail_alone=True),
    "alone and overdue": lambda anna: follow_up(anna, due_on=date(2026, 2, 1), mail_alone=True),
    "morning": lambda anna: follow_up(anna, due_wall=datetime(2026, 3, 10, 9), due_on=None),
    "afternoon": lambda anna: follow_up(anna, due_wall=datetime(2026, 3, 10, 15), due_on=None),
    "visit": visit,
    "visit on a Saturday": lambda anna: visit(anna, datetime(2026, 3, 14, 11)),
    "visit tonight": lambda anna: visit(anna, datetime(2026, 3, 6, 20)),
    "show": show,
    "bid": bid,
    "make_dormant": make_dormant,
    "make_dormant on a Sunday": lambda anna: make_dormant(anna, date(2026, 3, 8)),
}
LABELS = {str(kind.email_label): kind.code for kind in load_kinds() if hasattr(kind, "email_label")}
LABELS["Daily digest"] = "digest"


@pytest.fixture
def planned(session, anna, clock):
    """Return the planned moments of a record by kind of email, and the reasons."""

    def run(row, now: datetime = NOW) -> tuple[list[tuple[datetime, str]], list[str]]:
        clock.set(now)
        session.commit()
        with as_read_by(anna):
            rows = list_planned(anna, row, now)
        return [(one.at, LABELS[one.label]) for one in rows if one.at], [one.reason for one in rows if one.reason]

    return run


@pytest.mark.parametrize("name", CASES)
def test_planned_emails_come_at_their_moment_and_not_before(name, anna, planned, mails, session, clock):
    clock.set(NOW)
    row = CASES[name](anna)
    moments, reasons = planned(row)
    assert moments
    assert not [reason for reason in reasons if "working day" not in reason]
    words = getattr(row, "title", None) or getattr(row, "subject", None) or row.name
    for moment, kind in moments:
        if moment > NOW:
            assert words not in _text(mails(moment - timedelta(minutes=1)), kind, moment)
        assert words in _text(mails(moment), kind, moment)


def _text(emails, kind: str, moment: datetime) -> str:
    """Return the text of the email of a kind made at a moment, or within the minute before."""
    mail = emails.get(kind)
    return f"{mail.subject} {mail.text}" if mail is not None and mail.date >= moment - timedelta(minutes=1) else ""


@pytest.mark.parametrize("name", ["dated on a Sunday", "alone", "visit", "show"])
def test_no_email_comes_that_was_not_planned(name, anna, planned, mails, session, clock):
    clock.set(NOW)
    row = CASES[name](anna)
    moments, _reasons = planned(row)
    last = max(moment for moment, _kind in moments)
    separate = {kind for _moment, kind in moments} - {"digest"}
    for hours in range(0, int((last - NOW).total_seconds() // 3600) + 4, 4):
        emails = mails(NOW + timedelta(hours=hours))
        assert set(emails) - {"digest"} <= separate


def test_emails_are_for_the_colleague_who_covers(anna, people, actor, planned, session, clock):
    clock.set(NOW)
    people["clara"].active = True
    row = follow_up(anna, mail_alone=True)
    cover = Cover(user_id=anna.id, colleague_id=people["clara"].id, from_on=TODAY, to_on=TODAY, created_at=NOW)
    session.add(cover)
    session.commit()
    (one,) = list_planned(anna, row, NOW)
    assert one.name == people["clara"].name


def test_reasons_say_why_there_is_none(anna, people, planned, session, clock):
    clock.set(NOW)
    user = session.get_one(User, anna.id)
    user.reminders = ReminderChoice.digest
    timed = follow_up(anna, due_on=None, due_wall=datetime(2026, 3, 10, 15))
    moments, reasons = planned(timed)
    assert [kind for _moment, kind in moments] == ["digest"]
    assert reasons == ["No separate email is sent because Anna Reyes chose “Daily digest only”."]
    turn_off(anna, "digest")
    assert planned(follow_up(anna))[1] == ["The daily digest is turned off too, so this appears only on Today."]
    user.reminders = ReminderChoice.timed
    turn_off(anna, "meeting_tomorrow", "meeting_soon")
    assert planned(visit(anna))[1] == ["Anna Reyes turned off emails about meetings."]
    turn_off(anna)
    assert planned(visit(anna, datetime(2026, 3, 14, 11)))[1] == [
        "Sat, Mar 14 isn't a working day, so no digest is sent that day."
    ]


def test_offset_of_an_item_moves_its_email(anna, planned, session, clock):
    clock.set(NOW)
    row = visit(anna)
    set_offset(anna.id, subject_of(row.id), Offset.hour_1)
    moment = {kind: moment for moment, kind in planned(row)[0]}["meeting_soon"]
    assert moment == row.at - timedelta(hours=1)


def test_closed_and_sent_ones_have_no_plan(anna, planned, mails, session, clock):
    clock.set(NOW)
    row = follow_up(anna, mail_alone=True)
    mails(MORNING)
    assert planned(session.get_one(FollowUp, row.id), MORNING) == ([], [])


def test_statements_are_the_same_for_one_and_many_staff(anna, people, session, clock, sql):
    clock.set(NOW)
    row = visit(anna)
    session.commit()
    with as_read_by(anna):
        list_planned(anna, row, NOW)
        sql.clear()
        list_planned(anna, row, NOW)
        few = len(sql)
        for user in people.values():
            user.active = True
            if user.id != anna.id and user.country == "US":
                session.add(InteractionStaff(interaction_id=row.id, user_id=user.id))
        session.commit()
        list_planned(anna, row, NOW)
        sql.clear()
        assert len(list_planned(anna, row, NOW)) > 6
        assert len(sql) == few


def test_panel_shows_both_clocks_and_a_pause(anna, actor, session, clock):
    clock.set(NOW)
    row = follow_up(anna)
    session.commit()
    with as_read_by(anna):
        panel = build_planned(anna, row, NOW)
        assert [(line.title.text, line.lines[0].pieces[0].text) for line in panel.rows] == [
            ("Tue, Mar 10, 7:00 AM", "Daily digest\xa0· to Anna Reyes")
        ]
        assert panel.footer == ()
    with as_read_by(actor("shen")):
        assert [(line.title.text, line.lines[0].pieces[0].text) for line in build_planned(anna, row, NOW).rows] == [
            ("Tue, Mar 10, 10:00 PM", "= 7:00 AM Los Angeles\xa0· Daily digest\xa0· to Anna Reyes")
        ]
    with as_read_by(anna):
        pause_channel(session(), "test")
        assert "paused" in panel_text(build_planned(anna, row, NOW))


def panel_text(panel) -> str:
    return " ".join(str(piece.text) for line in panel.footer for piece in line.pieces)


def test_panel_is_on_the_pages(anna, client, session, clock, actor):
    clock.set(NOW)
    rows = [follow_up(anna), visit(anna), show(anna), make_dormant(anna), CASES["bid"](anna)]
    session.commit()
    client.login_as("anna")
    titles = ["Planned reminders", "Planned reminders", "Your planned reminders", "Planned reminders"]
    for row, title in zip(rows, [*titles, "Your planned reminders"], strict=True):
        assert title in client.get(f"/records/{row.id}", follow_redirects=True).text
    make_confidential(rows[0])
    closed = session.scalars(sa.select(FollowUp)).one()
    assert closed.confidential
    assert "Planned reminders" in client.get(f"/followups/{rows[0].id}").text
