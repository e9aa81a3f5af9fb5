"""Days of another time zone are named as their pages name them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.i18n.formats import as_read_by
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.projects.services import add_project
from crm.reminders.blocks import blocks_for
from tests.reminders.digest_data import MORNING


def lines_of(reader, moment=MORNING):
    with as_read_by(reader.actor), business_clock.frozen(moment):
        return [item.second for block in blocks_for(reader, moment) for item in block.items]


@pytest.mark.parametrize(("hour", "day"), [(7, "Jun 24"), (22, "Jun 24")], ids=["early", "late"])
def test_bid_deadline_of_a_new_lead_is_the_day_in_its_zone(anna, actor, reader, session, clock, hour, day):
    clock.set(MORNING - timedelta(hours=6))
    act_as(session(), actor("clara"), ChangeSource.web)
    add_project(actor("clara"), {"name": "Suzhou II", "zone": "Asia/Shanghai", "bid_wall": datetime(2026, 6, 24, hour)})
    act_as(session(), anna, ChangeSource.web)
    assert lines_of(reader) == [f"bid deadline {day}"]


@pytest.mark.parametrize(
    ("day", "hours", "line"),
    [(5, 0, "Thu, Mar 5"), (9, 0, "yesterday"), (10, 0, "today"), (11, 14, "Wed, Mar 11")],
)
def test_past_interaction_without_a_time_has_its_own_day(anna, reader, day, hours, line):
    values = {"state": InteractionState.planned, "zone": "Asia/Shanghai", "time_known": False, "subject": "Visit"}
    log_interaction(anna, values | {"wall": datetime(2026, 3, day, 12)}, InteractionDetails())
    assert lines_of(reader, MORNING + timedelta(hours=hours)) == [line]
