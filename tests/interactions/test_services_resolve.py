"""When an interaction can be held, and what an undo restores."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.errors import Invalid
from crm.interactions.policy import InteractionOutcome, InteractionState
from crm.interactions.services import resolve_planned

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
    resolve_planned(ready, InteractionState.held)
    with pytest.raises(Invalid, match="still in the future"):
        resolve_planned(early, InteractionState.held)
    resolve_planned(early, InteractionState.canceled)
    assert (ready.state, ready.reached) == (InteractionState.held, InteractionOutcome.talked)
    assert (early.state, early.reached) == (InteractionState.canceled, None)


@pytest.mark.parametrize("minutes", [0, 1440])
def test_minutes_up_to_a_day_are_accepted(log, minutes):
    assert log(minutes=minutes).minutes == minutes


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_other_minutes_are_refused(log, minutes):
    with pytest.raises(Invalid) as refused:
        log(minutes=minutes)
    assert refused.value.field == "minutes"
