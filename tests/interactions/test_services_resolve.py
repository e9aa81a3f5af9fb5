"""When an interaction can be held, and what an undo restores."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.followups.enums import FollowUpState, RepeatRule
from crm.followups.services import add_follow_up, drop, finish
from crm.interactions.policy import InteractionState, Reached
from crm.interactions.services import PartyValues, load_attempts, resolve_planned, undo_interaction

pytestmark = pytest.mark.usefixtures("check_dates")
AN_HOUR_AHEAD = (("America/Los_Angeles", datetime(2026, 12, 8, 8, 36)), ("Asia/Shanghai", datetime(2026, 12, 9, 0, 36)))
DAY = date(2026, 12, 10)


@pytest.mark.parametrize(("zone", "wall"), AN_HOUR_AHEAD)
def test_interaction_can_be_held_until_one_hour_ahead(log, zone, wall):
    assert log(wall, zone=zone).state is InteractionState.held
    with pytest.raises(Invalid) as refused:
        log(wall.replace(minute=37), zone=zone)
    assert refused.value.field == "day"
    assert log(wall.replace(minute=37), zone=zone, state=InteractionState.planned).reached is None


@pytest.mark.parametrize(("zone", "wall"), AN_HOUR_AHEAD)
def test_planned_interaction_can_be_resolved_from_one_hour_before(log, anna, zone, wall):
    ready, early = (
        log(local_time, zone=zone, state=InteractionState.planned) for local_time in (wall, wall.replace(minute=37))
    )
    resolve_planned(anna, ready, InteractionState.held, Reached.message_left)
    with pytest.raises(Invalid, match="still in the future"):
        resolve_planned(anna, early, InteractionState.held)
    resolve_planned(anna, early, InteractionState.cancelled)
    assert (ready.state, ready.reached) == (InteractionState.held, Reached.message_left)
    assert (early.state, early.reached) == (InteractionState.cancelled, None)


@pytest.mark.parametrize("minutes", [0, 1440])
def test_minutes_up_to_a_day_are_accepted(log, minutes):
    assert log(minutes=minutes).minutes == minutes


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_other_minutes_are_refused(log, minutes):
    with pytest.raises(Invalid) as refused:
        log(minutes=minutes)
    assert refused.value.field == "minutes"


def test_undo_archives_only_open_follow_ups(log, anna, wang):
    row, other = log(parties=[PartyValues(wang.id)]), log(parties=[PartyValues(wang.id)])
    follow_ups = {
        name: add_follow_up(anna, {"title": name, "due_on": DAY}, source_id=source.id)
        for name, source in (("open", row), ("done", row), ("canceled", row), ("of another", other))
    }
    finish(anna, follow_ups["done"])
    drop(anna, follow_ups["canceled"])
    undo_interaction(anna, row, [])
    archived = {name for name, follow_up in follow_ups.items() if follow_up.archived_at is not None}
    assert (archived, row.archived_at is None, other.archived_at is None) == ({"open"}, False, True)


def test_undo_reopens_only_follow_ups_closed_by_the_same_user(log, anna, actor):
    follow_ups = [add_follow_up(anna, {"title": name, "due_on": DAY}) for name in ("a", "b", "c")]
    reopened, closed_by_other, closed_before = follow_ups
    row = log(closes=[reopened.id])
    finish(actor("clara"), closed_by_other)
    finish(anna, closed_before)
    undo_interaction(anna, row, [reopened.id, closed_by_other.id])
    assert [f.state for f in follow_ups] == [FollowUpState.open, FollowUpState.done, FollowUpState.done]


def test_undo_removes_the_repeated_follow_up(log, anna):
    call = add_follow_up(anna, {"title": "Call", "due_on": DAY, "repeat": RepeatRule.weekly})
    row = log(closes=[call.id])
    assert call.state is FollowUpState.done
    undo_interaction(anna, row, [call.id])
    assert (call.state, call.due_on) == (FollowUpState.open, DAY)


def test_undo_restores_attempts_unless_closed_since(log, anna):
    attempted, closed = (add_follow_up(anna, {"title": name, "due_on": date(2026, 12, 9)}) for name in ("a", "b"))
    ids = [attempted.id, closed.id]
    before = load_attempts(anna, ids)
    row = log(closes=ids, reached=Reached.no_answer)
    assert [(f.tries, f.due_on) for f in (attempted, closed)] == [(1, DAY), (1, DAY)]
    finish(anna, closed)
    undo_interaction(anna, row, [], before)
    assert (attempted.tries, attempted.due_on) == (0, date(2026, 12, 9))
    assert (closed.tries, closed.state) == (1, FollowUpState.done)


def test_attempts_are_stored_for_open_visible_follow_ups(anna, actor):
    visible, closed = (add_follow_up(anna, {"title": name, "due_on": DAY}) for name in ("a", "b"))
    invisible = add_follow_up(actor("boris"), {"title": "c", "due_on": DAY})
    finish(anna, closed)
    archive_record(closed, "x")
    assert list(load_attempts(anna, [visible.id, closed.id, invisible.id])) == [str(visible.id)]
