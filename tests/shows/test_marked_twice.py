"""Two phones mark the same meeting: what one of them sees is out of date."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.shows.policy import MeetingState
from tests.shows.conftest import TEN_FORTY


@pytest.fixture
def mark(client, clock, meet):
    """Let users mark one meeting in turn, each on a page from before; return the status of the last and the state."""
    clock.set(TEN_FORTY)
    row = meet()
    db.session.commit()

    def run(*states: str) -> tuple[int, MeetingState]:
        for user_name, state in zip(("clara", "anna"), states, strict=True):
            answer = client.login_as(user_name).post(f"/shows/meetings/{row.id}/state", data={"state": state})
        db.session.refresh(row)
        return answer.status_code, row.state

    return run


@pytest.mark.parametrize(
    "states", [("held", "no_show"), ("held", "cancelled"), ("cancelled", "no_show"), ("no_show", "cancelled")]
)
def test_state_that_a_colleague_set_meanwhile_is_not_overwritten(mark, client, trade_show, states):
    assert mark(*states) == (303, MeetingState.from_code(states[0]))
    page = client.get(f"/shows/{trade_show.id}/day").text
    label = str(MeetingState.from_code(states[0]).label)
    assert f"This meeting is already marked as {label.lower()}." in page
    assert f"{MeetingState.from_code(states[1]).label}." not in page


def test_outdated_page_is_shown_again_with_the_state_that_a_colleague_set(client, clock, trade_show, meet):
    clock.set(TEN_FORTY)
    row = meet(state=MeetingState.held)
    db.session.commit()
    page = f"/shows/{trade_show.id}/day?mine=1"
    answer = client.login_as("anna").post(f"/shows/meetings/{row.id}/state", data={"state": "no_show", "next": page})
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize(
    "states", [("held", "held"), ("no_show", "no_show"), ("no_show", "held"), ("cancelled", "held"), ("held", "agreed")]
)
def test_same_state_late_guests_and_reset_are_accepted(mark, states):
    assert mark(*states) == (303, MeetingState.from_code(states[1]))


def test_guest_who_was_a_no_show_can_arrive_on_the_show_day(client, clock, trade_show, meet):
    clock.set(TEN_FORTY)
    row, anna = meet(state=MeetingState.no_show), client.login_as("anna")
    page = anna.get(f"/shows/{trade_show.id}/day").text
    assert (page.count('value="held"'), page.count('value="no_show"')) == (1, 0)
    anna.post(f"/shows/meetings/{row.id}/state", data={"state": "held"})
    assert f"/shows/meetings/{row.id}/quick-log" in anna.get(f"/shows/{trade_show.id}/day").text
