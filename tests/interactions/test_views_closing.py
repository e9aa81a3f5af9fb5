"""Logging from a follow-up closes it."""

from __future__ import annotations

from datetime import date

from crm.followups.enums import FollowUpState
from crm.followups.services import add_follow_up
from tests.interactions.lookups import NEW, form, list_interactions, read_undo_url


def test_logging_from_a_follow_up_closes_it_and_can_be_undone(web, anna, wang):
    row = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 8)}, about=[wang.id])
    page = web.get(f"{NEW}?followup={row.id}").text
    assert f'name="closes" id="closes-0" value="{row.id}" checked' in page
    assert f'value="{wang.id}" selected' in page
    answer = web.post(f"{NEW}?followup={row.id}", data=form(people=str(wang.id), closes=str(row.id), next="/people/"))
    assert (answer.location, row.state) == ("/people/", FollowUpState.done)
    assert web.post(read_undo_url(web)).status_code == 303
    assert (row.state, list_interactions()[0].archived_at is None) == (FollowUpState.open, False)


def test_call_without_an_answer_counts_an_attempt(web, anna, wang):
    row = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 8)}, about=[wang.id])
    data = form(people=str(wang.id), closes=str(row.id), reached="no_answer")
    assert web.post(f"{NEW}?followup={row.id}", data=data).status_code == 303
    assert (row.state, row.tries, row.due_on) == (FollowUpState.open, 1, date(2026, 12, 10))
    assert web.post(read_undo_url(web)).status_code == 303
    assert (row.state, row.tries, row.due_on) == (FollowUpState.open, 0, date(2026, 12, 8))


def test_follow_up_of_another_team_cannot_be_closed(web, actor, wang):
    foreign = add_follow_up(actor("boris"), {"title": "Theirs", "due_on": date(2026, 12, 8)}, about=[wang.id])
    assert web.get(f"{NEW}?followup={foreign.id}").status_code == 404
    assert web.post(NEW, data=form(closes=str(foreign.id))).status_code == 422
    assert foreign.state is FollowUpState.open
