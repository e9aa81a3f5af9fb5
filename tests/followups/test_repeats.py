"""A repeating follow-up keeps its rhythm: it is postponed alone, and starts again when its date or rule is edited."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.followups.enums import RepeatRule
from crm.followups.services import change_follow_up, complete_follow_up, note_no_answer, postpone_follow_up
from tests.followups.lookups import TODAY, form
from tests.records.lookups import undo_last

pytestmark = pytest.mark.usefixtures("dates_hold")
MONDAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("rule", "due", "postponed", "expected"),
    [
        (RepeatRule.weekly, MONDAY, date(2026, 12, 16), date(2026, 12, 21)),
        (RepeatRule.weekly, MONDAY, date(2026, 12, 22), date(2026, 12, 28)),
        (RepeatRule.every_two_weeks, MONDAY, date(2026, 12, 16), date(2026, 12, 28)),
        (RepeatRule.monthly, date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 31)),
        (RepeatRule.workdays, MONDAY, date(2026, 12, 16), date(2026, 12, 17)),
    ],
)
def test_postponed_one_does_not_move_the_next(make, anna, rule, due, postponed, expected):
    row = make(due_on=due, repeat=rule)
    postpone_follow_up(anna, row, postponed)
    assert complete_follow_up(anna, row).due_on == expected


def test_no_answer_does_not_move_the_next(make, anna):
    row = make(due_on=TODAY, repeat=RepeatRule.weekly)
    note_no_answer(anna, row)
    assert complete_follow_up(anna, row).due_on == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"due_on": date(2026, 12, 16)}, date(2026, 12, 23)),
        ({"repeat": RepeatRule.monthly}, date(2027, 1, 21)),
        ({"title": "Price again"}, date(2026, 12, 28)),
    ],
    ids=["date", "rule", "title"],
)
def test_edited_one_begins_anew(make, anna, values, expected):
    row = complete_follow_up(anna, make(due_on=MONDAY, repeat=RepeatRule.weekly))
    assert row.due_on == date(2026, 12, 21)
    change_follow_up(anna, row, {"due_on": row.due_on, "repeat": row.repeat} | values)
    assert complete_follow_up(anna, row).due_on == expected


@pytest.mark.parametrize("wall", [None, datetime(2026, 12, 14, 9)])
def test_next_one_has_the_time_from_before_it_was_postponed(make, anna, session, clock, wall):
    row = make(**({"due_wall": wall} if wall else {"due_on": MONDAY}), repeat=RepeatRule.weekly)
    clock.set(datetime(2026, 12, 14, 20, tzinfo=UTC))
    postpone_follow_up(anna, row, datetime(2026, 12, 14, 23, tzinfo=UTC))
    postpone_follow_up(anna, row, datetime(2026, 12, 15, 22, tzinfo=UTC))
    note_no_answer(anna, row)
    assert row.due_wall.time() == time(14)
    following = complete_follow_up(anna, row)
    assert (following.due_on, following.due_wall) == (date(2026, 12, 21), wall and datetime(2026, 12, 21, 9))
    assert following.repeat_from == MONDAY


def test_edited_time_holds_for_the_next_ones(make, anna, clock):
    row = make(due_on=MONDAY, repeat=RepeatRule.weekly)
    clock.set(datetime(2026, 12, 14, 16, tzinfo=UTC))
    postpone_follow_up(anna, row, datetime(2026, 12, 14, 23, tzinfo=UTC))
    change_follow_up(anna, row, {"due_wall": datetime(2026, 12, 14, 10)})
    assert complete_follow_up(anna, row).due_wall == datetime(2026, 12, 21, 10)
    row = make(due_wall=datetime(2026, 12, 14, 9), repeat=RepeatRule.weekly)
    postpone_follow_up(anna, row, datetime(2026, 12, 14, 23, tzinfo=UTC))
    change_follow_up(anna, row, {"due_on": MONDAY})
    assert complete_follow_up(anna, row).due_wall is None


def test_undone_postponement_leaves_the_time(make, anna, session, web):
    wall = datetime.combine(TODAY, time(9))
    row = make(due_wall=wall, repeat=RepeatRule.weekly)
    session.commit()
    assert web.post(f"/followups/{row.id}/later/later_today").status_code == 303
    assert row.postponed_count == 1
    undo_last(web)
    assert (row.postponed_count, row.due_wall) == (0, wall)
    assert complete_follow_up(anna, row).due_wall == wall + timedelta(days=7)


def edit(web, row, due: datetime, **values) -> None:
    """Save the form of a follow-up as it is shown, with another time or other values."""
    data = form(title=row.title, due="", due_on=due.date().isoformat(), due_time=due.strftime("%H:%M")) | values
    assert web.post(f"/followups/{row.id}/edit", data=data | {"version": row.version}).status_code == 303


@pytest.mark.parametrize(
    ("undos", "expected"), [(0, time(13, 30)), (1, time(9)), (2, time(13, 30))], ids=["edited", "undone", "redone"]
)
def test_undone_edit_after_a_postponement_leaves_the_time(make, anna, session, web, undos, expected):
    row = make(due_wall=datetime.combine(TODAY, time(9)), repeat=RepeatRule.weekly)
    session.commit()
    assert web.post(f"/followups/{row.id}/later/later_today").status_code == 303
    postponed = row.due_wall
    assert postponed.time() != time(9)
    edit(web, row, datetime.combine(TODAY, time(13, 30)), repeat="weekly")
    assert row.due_wall.time() == time(13, 30)
    for _ in range(undos):
        assert undo_last(web).status_code == 303
    assert row.due_wall == (postponed if undos == 1 else datetime.combine(TODAY, time(13, 30)))
    assert complete_follow_up(anna, row).due_wall.time() == expected


def test_rule_set_after_a_postponement_takes_the_time_that_the_form_shows(make, anna, session, web):
    row = make(due_on=TODAY)
    session.commit()
    assert web.post(f"/followups/{row.id}/later/later_today").status_code == 303
    postponed = row.due_wall
    edit(web, row, postponed, repeat="weekly")
    assert (row.due_wall, row.repeat) == (postponed, RepeatRule.weekly)
    assert complete_follow_up(anna, row).due_wall == postponed + timedelta(days=7)


def test_zone_set_after_a_postponement_takes_the_time_that_the_form_shows(make, anna, clock):
    row = make(due_wall=datetime(2026, 12, 14, 9), repeat=RepeatRule.weekly)
    clock.set(datetime(2026, 12, 14, 16, tzinfo=UTC))
    postpone_follow_up(anna, row, datetime(2026, 12, 14, 23, tzinfo=UTC))
    change_follow_up(anna, row, {"due_wall": row.due_wall, "zone": "Asia/Shanghai", "repeat": row.repeat})
    assert complete_follow_up(anna, row).due_wall == datetime(2026, 12, 21, 15)
