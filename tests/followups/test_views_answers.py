"""Actions on a follow-up: done, later, no answer, cancel, reassign, and undo of each."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from crm.core.data.base import db
from crm.followups.enums import FollowUpState, RepeatRule
from tests.followups.lookups import FRIDAY, form, rows, toast
from tests.tools.pages import problems_of


def test_done_returns_with_undo_and_a_next_step(web, call, wang):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "/people/", "version": str(call.version)})
    assert (answer.status_code, answer.location, call.state) == (303, "/people/", FollowUpState.done)
    words, undo, more = toast(web)
    assert words == "Done: Call Wang"
    assert f'value="{wang.id}" selected' in web.get(more).text
    answer = web.post(undo, data={"next": "/people/"})
    assert (answer.location, call.state) == (f"/people/#i{call.id}", FollowUpState.open)


def test_done_twice_counts_once(web, call):
    version = str(call.version)
    assert [web.post(f"/followups/{call.id}/done", data={"version": version}).status_code for _ in range(2)] == [
        303,
        303,
    ]
    assert (call.state, len(rows())) == (FollowUpState.done, 1)


def test_done_on_a_repeating_follow_up_creates_the_next_and_undo_removes_it(web, call):
    call.repeat = RepeatRule.weekly
    db.session.flush()
    web.post(f"/followups/{call.id}/done")
    assert [r.due_on for r in rows()] == [FRIDAY, date(2026, 12, 18)]
    web.post(toast(web)[1])
    assert (call.state, rows()[1].archived_at is None) == (FollowUpState.open, False)


def test_reopening_a_repeating_follow_up_removes_the_next(web, call):
    call.repeat = RepeatRule.weekly
    db.session.flush()
    web.post(f"/followups/{call.id}/done")
    again = re.findall(r'action="(/followups/\d+/reopen[^"]*)"', web.get(f"/followups/{call.id}").text)[-1]
    assert web.post(unescape(again)).status_code == 303
    assert (call.state, rows()[1].archived_at is None) == (FollowUpState.open, False)


@pytest.mark.parametrize("answer", ["done", "cancel"])
def test_result_that_is_too_long_is_refused(web, call, answer):
    result_text = "so much to say " * 40
    refused = web.post(f"/followups/{call.id}/{answer}", data={"result": result_text})
    assert (refused.status_code, result_text.strip() in refused.text, call.state) == (422, True, FollowUpState.open)
    assert "Enter at most 500 characters." in refused.text


def test_htmx_action_redirects_as_well(web, call):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "/people/"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"], call.state) == (200, "/people/", FollowUpState.done)


@pytest.mark.parametrize(
    ("data", "due"), [({"to": "tomorrow"}, date(2026, 12, 9)), ({"due_on": "2026-12-21"}, date(2026, 12, 21))]
)
def test_postponing_moves_counts_and_can_be_undone(web, call, data, due):
    assert web.post(f"/followups/{call.id}/later", data=data).status_code == 303
    assert (call.due_on, call.postponed_count) == (due, 1)
    web.post(toast(web)[1])
    assert (call.due_on, call.postponed_count) == (FRIDAY, 0)


@pytest.mark.parametrize(
    "data", [{}, {"to": "someday"}, {"due_on": "2026-12-01"}, {"due_on": "1899-01-01"}, {"due_on": "x"}]
)
def test_postponing_without_a_date_is_refused_with_the_form(web, call, data):
    answer = web.post(f"/followups/{call.id}/later", data=data)
    assert (answer.status_code, call.due_on, call.postponed_count) == (422, FRIDAY, 0)
    assert problems_of(answer.text) == []
    assert problems_of(web.get(f"/followups/{call.id}/later").text) == []


def test_no_answer_counts_the_attempt_and_can_be_undone(web, call):
    web.post(f"/followups/{call.id}/no-answer", data={"version": str(call.version)})
    assert (call.due_on, call.tries) == (date(2026, 12, 10), 1)
    assert "2nd try" in web.get("/followups/").text
    web.post(f"/followups/{call.id}/no-answer")
    web.post(toast(web)[1])
    assert call.tries == 1


def test_later_with_the_choice_in_the_address(web, call):
    assert web.post(f"/followups/{call.id}/later/next_week?version={call.version}").status_code == 303
    assert call.postponed_count == 1
    page = web.post(f"/followups/{call.id}/later/never").text
    assert "Choose a date." in page


def test_fourth_try_has_the_words_of_emails(web, call, session):
    call.tries = 3
    session.flush()
    assert "4th try" in web.get("/followups/").text


@pytest.mark.parametrize("answer", ["done", "cancel", "later", "no-answer", "reassign"])
def test_action_from_a_stale_page_is_a_conflict(web, call, answer):
    data = {"version": "77", "to": "tomorrow"}
    assert web.post(f"/followups/{call.id}/{answer}", data=data).status_code == 409
    assert web.post(f"/followups/{call.id}/{answer}?version=77", data={"to": "tomorrow"}).status_code == 409
    assert (call.state, call.due_on, call.tries) == (FollowUpState.open, FRIDAY, 0)


def test_cancel_can_be_undone(web, call):
    web.post(f"/followups/{call.id}/cancel", data={"result": "They chose others"})
    assert (call.state, call.result) == (FollowUpState.canceled, "They chose others")
    web.post(toast(web)[1])
    assert (call.state, call.result) == (FollowUpState.open, None)


def test_follow_up_page_offers_every_action_and_reopens_closed_ones(web, call):
    page = web.get(f"/followups/{call.id}").text
    assert problems_of(page) == []
    for action in ("done", "later/tomorrow", "no-answer", "cancel"):
        assert f'formaction="/followups/{call.id}/{action}?version=' in page
    assert f'href="/followups/{call.id}/reassign?' in page
    web.post(f"/followups/{call.id}/cancel", data={"result": "They moved away"})
    page = web.get(f"/followups/{call.id}").text
    assert (problems_of(page), page.count("They moved away")) == ([], 1)
    assert ("/cancel?" in page, "/reassign?" in page) == (False, False)
    again = re.search(r'action="([^"]+/reopen[^"]+)"[^>]*>(?:(?!</form>).)*Reopen', page, re.DOTALL)
    assert again
    assert web.post(again[1].replace("&amp;", "&")).status_code == 303
    (row_after,) = rows()
    assert (row_after.state, row_after.result, row_after.due_on) == (FollowUpState.open, None, FRIDAY)


def test_reassign_accepts_only_a_colleague_with_access(web, call, people, anna):
    assert problems_of(web.get(f"/followups/{call.id}/reassign").text) == []
    clara, boris = people["clara"].id, people["boris"].id
    assert (
        web.post(
            f"/followups/{call.id}/reassign", data={"counselor_id": boris, "version": str(call.version)}
        ).status_code
        == 422
    )
    data = {"counselor_id": clara, "version": str(call.version)}
    assert web.post(f"/followups/{call.id}/reassign", data=data).status_code == 303
    assert call.counselor_id == clara
    web.post(toast(web)[1])
    assert call.counselor_id == anna.id


def test_follow_up_of_a_colleague_cannot_be_reassigned(client, people, call, anna):
    client.login_as("dora")
    assert client.get(f"/followups/{call.id}/reassign").status_code == 403
    data = form(counselor_id=str(people["dora"].id), version=str(call.version), title="Call Wang at noon")
    assert client.post(f"/followups/{call.id}/reassign", data=data).status_code == 403
    assert 'name="counselor_id"' not in client.get(f"/followups/{call.id}/edit").text
    assert client.post(f"/followups/{call.id}/edit", data=data).status_code == 303
    assert (call.title, call.counselor_id) == ("Call Wang at noon", anna.id)
    client.login_as("clara")
    assert 'name="counselor_id"' in client.get(f"/followups/{call.id}/edit").text


def test_return_url_of_another_site_is_ignored(web, call):
    answer = web.post(f"/followups/{call.id}/done", data={"next": "https://evil.example/"})
    assert answer.location == "/followups/"
