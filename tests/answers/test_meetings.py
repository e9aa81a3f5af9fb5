"""Answers to meetings at shows: by link, on the page of a digest, and by reply."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.answers.models import EmailAnswer
from crm.answers.policy import LINK_DAYS, meeting_target
from crm.answers.queries import list_items
from crm.answers.replies import parse_digest_reply
from crm.answers.reply_lines import answer_lines
from crm.core.data.history import Change
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from crm.reminders.digest import build_digest
from crm.reminders.kinds.show_meeting_soon import KIND as SHOW_MEETING_SOON
from crm.reminders.kinds.show_tomorrow import KIND as SHOW_TOMORROW
from crm.reminders.queries import readers
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, ShowMeeting
from crm.shows.policy import MeetingState
from crm.shows.services import set_meeting_state
from tests.factories import client_of, make_confidential, person

from .conftest import AFTER_MEETING as AFTER

pytestmark = pytest.mark.engine_in_turn


@pytest.fixture
def path(meeting, people, clock):
    """Return the link in the email of March 10; it is after the meeting now."""
    links = AnswerLinks(people["anna"].id, date(2026, 3, 10))
    clock.set(AFTER)
    return links.for_item(meeting_target(meeting.id))


def state_of(session, meeting) -> tuple[MeetingState, str | None]:
    session.expire_all()
    row = session.get_one(ShowMeeting, meeting.id)
    return row.state, row.note


def test_page_shows_the_meeting_in_few_bytes_and_a_get_changes_nothing(client, session, meeting, path):
    for query in ("", "?do=yes", "?do=no-show", "?do=canceled", "?do=done"):
        response = client.get(path + query)
        assert response.status_code == 200
        assert "Li Hui" in response.text
        assert "ClearAir Sensors" in response.text
        assert "<script" not in response.text
        style = gzip.compress((Path("static") / "theme.css").read_bytes())
        assert len(gzip.compress(response.data)) + len(style) < 20_000
    assert state_of(session, meeting) == (MeetingState.agreed, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(EmailAnswer)) == 0


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ("yes", MeetingState.held, "Took place"),
        ("no-show", MeetingState.no_show, "No-show"),
        ("canceled", MeetingState.canceled, "Canceled"),
    ],
)
def test_answer_sets_the_state_with_a_note_and_can_be_undone(guest, session, meeting, path, answer, state, words):
    page = guest(path, do=answer, note="Wants 20 samples")
    assert f"<h1>{words}</h1>" in page.text
    assert "Li Hui" in page.text
    assert state_of(session, meeting) == (state, "Wants 20 samples")
    changes = list(session.scalars(sa.select(Change).where(Change.table == "show_meeting").order_by(Change.id.desc())))
    assert (changes[0].via.value, changes[0].root_id) == ("mail", meeting.show_id)
    assert f"<h1>{words}</h1>" in guest(path, do="yes").text
    page = guest(path + "/undo")
    assert state_of(session, meeting) == (MeetingState.agreed, None)
    assert "Meeting took place" in page.text


@pytest.mark.parametrize("answer", ["done", "later", "reassign", "no", "nonsense", ""])
def test_answers_of_other_items_are_refused(guest, session, meeting, path, answer):
    assert guest(path, do=answer).status_code == 422
    assert state_of(session, meeting)[0] is MeetingState.agreed


def test_too_long_note_is_refused_and_stays_in_the_form(guest, session, meeting, path):
    page = guest(path, do="yes", note="x" * 1001)
    assert page.status_code == 422
    assert "at most 1000 characters" in page.text
    assert "x" * 1001 in page.text
    assert state_of(session, meeting) == (MeetingState.agreed, None)


def test_meeting_to_come_can_only_be_canceled(guest, session, meeting, path, clock):
    clock.set(datetime(2026, 3, 9, 17, tzinfo=AFTER.tzinfo))
    for answer in ("yes", "no-show"):
        page = guest(path, do=answer)
        assert page.status_code == 422
        assert "started yet" in page.text
    guest(path, do="canceled")
    assert state_of(session, meeting)[0] is MeetingState.canceled


@pytest.mark.parametrize("change", ["removed", "deactivated", "archived", "hidden", "expired", "password"])
def test_link_ends_without_access_or_after_its_time(client, session, people, anna, meeting, show, path, clock, change):
    anna_row = people["anna"]
    if change == "removed":
        session.delete(session.get_one(MeetingStaff, (meeting.id, anna_row.id)))
    elif change == "deactivated":
        anna_row.active = False
    elif change == "archived":
        show.archived_at = AFTER
    elif change == "hidden":
        guest = person("Xu", "Bo", team="Bay", counselor=people["boris"])
        make_confidential(guest)
        show.counselor_id, show.team_id = people["boris"].id, guest.team_id
        make_confidential(show)
    elif change == "password":
        anna_row.fs_uniquifier = "changed"
    else:
        clock.forward(days=LINK_DAYS + 1)
    session.commit()
    response = client.get(path)
    assert response.status_code == 404
    assert "Smart City" not in response.text
    assert "Li Hui" not in response.text


def test_link_of_another_item_or_user_does_not_serve_a_meeting(client, session, people, meeting, path):
    links = AnswerLinks(people["anna"].id, date(2026, 3, 10))
    assert client.get(links.for_item(meeting.id)).status_code == 404
    other = AnswerLinks(people["clara"].id, date(2026, 3, 10))
    assert client.get(other.for_item(meeting_target(meeting.id))).status_code == 404
    client.login_as("clara")
    assert client.get(path).status_code == 404


def test_meeting_decided_elsewhere_is_shown_as_closed(client, session, anna, meeting, path):
    set_meeting_state(anna, meeting, MeetingState.no_show)
    session.commit()
    page = client.get(path).text
    assert f"/shows/{meeting.show_id}/day?on=2026-03-11" in page
    assert "Meeting took place" not in page


def test_confidential_meeting_is_masked(client, session, meeting, path, people):
    secret = person("Zqhidden", "Secret", team="Inland", counselor=people["anna"])
    secret.counselor_id = people["anna"].id
    make_confidential(secret)
    meeting.host_id, meeting.client_id = None, None
    session.add(MeetingPerson(meeting_id=meeting.id, person_id=secret.id))
    session.commit()
    page = client.get(path).text
    assert "Confidential item" in page
    assert "Zqhidden" not in page
    assert "Smart City" not in page


def test_meeting_with_someone_from_a_confidential_employer_is_masked(client, session, meeting, path, people):
    guest = session.scalars(sa.select(MeetingPerson.person_id)).first()
    employer = client_of("Inland", "Zqhidden Works", counselor=people["anna"], confidential=True)
    session.add(MeetingEmployer(meeting_id=meeting.id, person_id=guest, organization_id=employer.id))
    session.commit()
    page = client.get(path).text
    assert "Confidential item" in page
    assert "Smart City" not in page


def test_emails_before_the_meeting_have_its_link(session, meeting, people, clock):
    reader = readers([people["anna"].id])[0]
    with as_read_by(reader.actor):
        eve = SHOW_TOMORROW.facts(reader, meeting.show_id, datetime(2026, 3, 9, 17, tzinfo=AFTER.tzinfo))
        soon = SHOW_MEETING_SOON.facts(reader, meeting.show_id, meeting.at - timedelta(minutes=10))
    for facts, day in ((eve, date(2026, 3, 9)), (soon, date(2026, 3, 10))):
        expected = AnswerLinks(people["anna"].id, day).for_item(meeting_target(meeting.id))
        assert [line.answer_path for line in facts["lines"]] == [expected]


@pytest.fixture
def digest(session, meeting, people, clock):
    """Return the digest of the morning after the meeting, stored as an email."""
    clock.set(datetime(2026, 3, 11, 15, tzinfo=AFTER.tzinfo))
    reader = readers([people["anna"].id])[0]
    with as_read_by(reader.actor):
        facts = build_digest(reader, datetime(2026, 3, 11, 15, tzinfo=AFTER.tzinfo))
    key = f"digest:{people['anna'].id}:2026-03-11"
    put_mail("digest", RenderedMail("x", "x", "x", numbered=facts["numbered"]), to=people["anna"], dedupe_key=key)
    session.commit()
    return facts


def test_digest_and_its_page_answer_the_meeting(client, guest, session, digest, meeting):
    (line,) = [line for block in digest["blocks"] for line in block.lines if "Li Hui" in line.text]
    assert [str(label) for label, _path in line.links] == ["Yes", "No-show", "Canceled", "Open"]
    assert digest["numbered"][str(line.number)] == meeting_target(meeting.id)
    page = client.get(digest["answers_path"]).text
    assert re.search(rf'value="no-show {line.number}"', page)
    page = guest(digest["answers_path"], do=f"no-show {line.number}").text
    assert "<b>No-show</b>" in page
    assert state_of(session, meeting)[0] is MeetingState.no_show
    guest(digest["answers_path"] + "/undo", item=str(meeting_target(meeting.id)))
    assert state_of(session, meeting)[0] is MeetingState.agreed


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("1 yes good talk", MeetingState.held),
        ("1 no-show", MeetingState.no_show),
        ("1 爽约", MeetingState.no_show),
        ("1 canceled", MeetingState.canceled),
        ("1 取消", MeetingState.canceled),
        ("1 no", MeetingState.agreed),
        ("1 done", MeetingState.agreed),
    ],
)
def test_reply_answers_the_meeting_or_is_asked_back(session, anna, meeting, path, text, state):
    rows = parse_digest_reply(text, date(2026, 3, 11))
    lines = answer_lines(anna, rows, {"1": meeting_target(meeting.id)}, date(2026, 3, 11))
    assert state_of(session, meeting)[0] is state
    if text == "1 no":
        assert lines[0].reason == "Write “no-show” or “canceled”."


def test_items_of_several_kinds_are_read_together(session, anna, follow_up, meeting, sql):
    items = list_items(anna, [follow_up.id, meeting_target(meeting.id), 999_999, -999_999])
    assert {item.kind for item in items.values()} == {"followup", "meeting"}
    sql.clear()
    list_items(anna, [meeting_target(meeting.id)])
    one = len(sql)
    sql.clear()
    list_items(anna, [meeting_target(meeting.id), -999_999])
    assert len(sql) == one
