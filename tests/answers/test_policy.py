"""What can be answered from an email and for how long, and what its addresses are signed with."""

from __future__ import annotations

from datetime import date

import pytest

from crm.answers.policy import (
    AnswerAction,
    AnswerItem,
    filing_key,
    guest_key,
    invitation_key,
    is_expired,
    last_day,
    may_answer,
    meeting_target,
    report_key,
)

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("followup", {"done", "later", "no-answer", "reassign", "note"}),
        ("interaction", {"yes", "no", "canceled", "note"}),
        ("meeting", {"yes", "no-show", "canceled", "note"}),
        ("person", {"note"}),
    ],
)
def test_each_kind_of_record_has_its_answers(kind, answers):
    assert {action.value for action in AnswerAction if may_answer(kind, action)} == answers


@pytest.mark.parametrize(
    ("today", "expired"),
    [
        (date(2026, 3, 8), True),
        (date(2026, 3, 9), False),  # on the other side of the date line
        (date(2026, 3, 10), False),
        (date(2026, 3, 24), False),
        (date(2026, 3, 25), True),
    ],
)
def test_links_work_for_two_weeks(today, expired):
    assert last_day(date(2026, 3, 10)) == date(2026, 3, 24)
    assert is_expired(date(2026, 3, 10), today) is expired


def test_new_filing_addresses_and_invitations_have_keys_of_their_own():
    assert (filing_key("u1", 0), filing_key("u1", 1), invitation_key("u1")) == ("u1", "u1 1", "invitation u1")
    assert len({guest_key("a", "x@a.example"), guest_key("a", "y@a.example"), invitation_key("a")}) == 3


def test_meeting_is_part_of_its_show_and_no_record():
    follow_up = AnswerItem(5, "followup", "Call Li Hui", confidential=False, is_open=True)
    meeting = AnswerItem(
        meeting_target(5), "meeting", "Li Hui", confidential=False, is_open=True, show_id=9, page="/shows/9/agenda"
    )
    assert (follow_up.id, follow_up.record_id, follow_up.path) == (5, 5, "/followups/5")
    assert (meeting.id, meeting.record_id, meeting.path) == (-5, 9, "/shows/9/agenda")


def test_reports_on_replies_to_one_email_share_the_beginning_of_their_keys():
    digest, other_day, item = (
        report_key(7, target, day)
        for target, day in ((0, date(2026, 3, 10)), (0, date(2026, 3, 11)), (25, date(2026, 3, 10)))
    )
    assert len({digest, other_day, item, report_key(8, 0, date(2026, 3, 10))}) == 4
    assert not item.startswith(report_key(7, 2, date(2026, 3, 10)))
