"""Until when an interaction counts as held, and exactly what taking one back undoes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.followups.enums import FollowUpState, RepeatRule
from crm.followups.services import add_follow_up, drop, finish
from crm.interactions.policy import InteractionState, Reached
from crm.interactions.services import PartyValues, before_tries, resolve_planned, take_back

pytestmark = pytest.mark.usefixtures("dates_hold")
AN_HOUR_AHEAD = (("America/Los_Angeles", datetime(2026, 12, 8, 8, 36)), ("Asia/Shanghai", datetime(2026, 12, 9, 0, 36)))
DAY = date(2026, 12, 10)


@pytest.mark.parametrize(("zone", "wall"), AN_HOUR_AHEAD)
def test_an_interaction_can_be_held_until_one_hour_ahead(log, zone, wall):
    assert log(wall, zone=zone).state is InteractionState.held
    with pytest.raises(Invalid) as refused:
        log(wall.replace(minute=37), zone=zone)
    assert refused.value.field == "day"
    assert log(wall.replace(minute=37), zone=zone, state=InteractionState.planned).reached is None


@pytest.mark.parametrize(("zone", "wall"), AN_HOUR_AHEAD)
def test_a_planned_one_can_be_settled_from_one_hour_before(log, anna, zone, wall):
    ready, early = (log(at, zone=zone, state=InteractionState.planned) for at in (wall, wall.replace(minute=37)))
    resolve_planned(anna, ready, InteractionState.held, Reached.message_left)
    with pytest.raises(Invalid, match="still in the future"):
        resolve_planned(anna, early, InteractionState.held)
    resolve_planned(anna, early, InteractionState.cancelled)
    assert (ready.state, ready.reached) == (InteractionState.held, Reached.message_left)
    assert (early.state, early.reached) == (InteractionState.cancelled, None)


@pytest.mark.parametrize("minutes", [0, 1440])
def test_minutes_up_to_a_day_are_taken(log, minutes):
    assert log(minutes=minutes).minutes == minutes


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_other_minutes_are_refused(log, minutes):
    with pytest.raises(Invalid) as refused:
        log(minutes=minutes)
    assert refused.value.field == "minutes"


def test_taking_back_archives_only_promises_that_are_still_open(log, anna, wang):
    row, other = log(parties=[PartyValues(wang.id)]), log(parties=[PartyValues(wang.id)])
    made = {
        name: add_follow_up(anna, {"title": name, "due_on": DAY}, source_id=source.id)
        for name, source in (("open", row), ("done", row), ("canceled", row), ("of another", other))
    }
    finish(anna, made["done"])
    drop(anna, made["canceled"])
    take_back(anna, row, [])
    archived = {name for name, follow_up in made.items() if follow_up.archived_at is not None}
    assert (archived, row.archived_at is None, other.archived_at is None) == ({"open"}, False, True)


def test_taking_back_opens_only_what_the_same_person_closed(log, anna, actor):
    mine, theirs, kept = (add_follow_up(anna, {"title": name, "due_on": DAY}) for name in ("a", "b", "c"))
    row = log(closes=[mine.id])
    finish(actor("clara"), theirs)
    finish(anna, kept)
    take_back(anna, row, [mine.id, theirs.id])
    assert [f.state for f in (mine, theirs, kept)] == [FollowUpState.open, FollowUpState.done, FollowUpState.done]


def test_taking_back_removes_the_repeat_that_came_of_it(log, anna):
    call = add_follow_up(anna, {"title": "Call", "due_on": DAY, "repeat": RepeatRule.weekly})
    row = log(closes=[call.id])
    assert call.state is FollowUpState.done
    take_back(anna, row, [call.id])
    assert (call.state, call.due_on) == (FollowUpState.open, DAY)


def test_taking_back_counts_no_try_unless_it_was_settled_since(log, anna):
    tried, settled = (add_follow_up(anna, {"title": name, "due_on": date(2026, 12, 9)}) for name in ("a", "b"))
    ids = [tried.id, settled.id]
    before = before_tries(anna, ids)
    row = log(closes=ids, reached=Reached.no_answer)
    assert [(f.tries, f.due_on) for f in (tried, settled)] == [(1, DAY), (1, DAY)]
    finish(anna, settled)
    take_back(anna, row, [], before)
    assert (tried.tries, tried.due_on) == (0, date(2026, 12, 9))
    assert (settled.tries, settled.state) == (1, FollowUpState.done)


def test_tries_are_remembered_of_open_follow_ups_that_are_visible(anna, actor):
    mine, done = (add_follow_up(anna, {"title": name, "due_on": DAY}) for name in ("a", "b"))
    theirs = add_follow_up(actor("boris"), {"title": "c", "due_on": DAY})
    finish(anna, done)
    archive_record(done, "x")
    assert list(before_tries(anna, [mine.id, done.id, theirs.id])) == [str(mine.id)]
