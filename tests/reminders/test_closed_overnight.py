"""Overnight: what Shanghai finished is at the top of California's morning, and the other way round."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.i18n.formats import as_read_by
from crm.followups.services import add_follow_up, complete_follow_up
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.factories import client_of, make_confidential
from tests.reminders.digest_data import MORNING

NIGHT = MORNING - timedelta(hours=9)  # 10:30 PM in Los Angeles, 1:30 PM in Shanghai


@pytest.fixture
def shen(anna, people, actor):
    people["shen"].active = True
    return actor("shen")


def overnight(actor, moment: datetime = MORNING) -> list[tuple[str, str]]:
    reader = readers([actor.id])[0]
    with as_read_by(reader.actor):
        blocks = blocks_for(reader, moment)
    if blocks and any(block.code == "overnight" for block in blocks):
        assert blocks[0].code == "overnight"
    return [(item.title, item.second) for block in blocks if block.code == "overnight" for item in block.items]


def close(actor, row, moment: datetime, result: str = "") -> None:
    with business_clock.frozen(moment):
        complete_follow_up(actor, row, result)
        db.session.flush()


def test_follow_up_that_shanghai_closed_about_a_record_of_the_reader(anna, shen):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    row = add_follow_up(shen, {"title": "Ask Zhou", "due_on": date(2026, 3, 10)}, about=[client.id])
    close(shen, row, NIGHT, "3 of 4 samples passed")
    name = shen.name
    assert overnight(anna) == [("Done: Ask Zhou", f"3 of 4 samples passed\xa0· by {name}")]
    assert overnight(shen) == []
    reader = readers([anna.id])[0]
    with as_read_by(reader.actor), business_clock.frozen(MORNING):
        (item,) = next(block.items for block in blocks_for(reader, MORNING) if block.code == "overnight")
    assert item.when == "Mon 10:30 PM = Tue 1:30 PM Shanghai"


def test_follow_up_that_california_closed_for_shanghai(anna, shen):
    row = add_follow_up(shen, {"title": "Send price", "due_on": date(2026, 3, 10)})
    close(anna, row, MORNING + timedelta(hours=3))
    morning_in_shanghai = MORNING + timedelta(hours=9)
    assert [title for title, _second in overnight(shen, morning_in_shanghai)] == ["Done: Send price"]


def test_only_once_and_only_outside_the_own_office_hours(anna, shen):
    own = add_follow_up(anna, {"title": "Own", "due_on": date(2026, 3, 10)})
    close(shen, own, MORNING + timedelta(hours=4))
    assert overnight(anna, MORNING + timedelta(hours=5)) == []
    other = add_follow_up(anna, {"title": "Other", "due_on": date(2026, 3, 10)})
    close(shen, other, NIGHT)
    assert [title for title, _second in overnight(anna)] == ["Done: Other"]
    assert overnight(anna, MORNING + timedelta(days=1)) == []


def test_own_and_hidden_and_unrelated_ones_are_left_out(anna, shen, actor):
    own = add_follow_up(anna, {"title": "Own", "due_on": date(2026, 3, 10)})
    close(anna, own, NIGHT)
    unrelated = add_follow_up(shen, {"title": "Unrelated", "due_on": date(2026, 3, 10)})
    close(shen, unrelated, NIGHT)
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    hidden = add_follow_up(actor("clara"), {"title": "Secret", "due_on": date(2026, 3, 10)}, about=[client.id])
    make_confidential(hidden, shen)
    close(shen, hidden, NIGHT)
    assert overnight(anna) == []
