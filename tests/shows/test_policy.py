"""Clashes of meetings: a person or a table is in one place at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.shows.policy import (
    EARLY,
    Attendance,
    Clash,
    MeetingState,
    ShowKind,
    Slot,
    clashes,
    interpreter_key,
    is_show_day,
    is_still_to_come,
    mark_attendance,
    name_meeting,
    seat,
    time_at_show,
)

TEN = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)


def slot(key, begins, minutes=30, *, people=(), staff=(), table=None):
    start = TEN + timedelta(minutes=begins)
    return Slot(key, start, start + timedelta(minutes=minutes), frozenset(people), frozenset(staff), table)


@pytest.mark.parametrize(
    ("table", "message"), [("14", "table 14"), ("14a", "table 14a"), ("room 3B", "room 3B"), ("table 14", "table 14")]
)
def test_clash_message_names_the_table_once(table, message):
    assert seat(table) == message


def test_same_person_at_two_tables_is_one_clash_naming_the_other_meeting():
    slots = [slot(2, 15, people=[7, 9]), slot(1, 0, people=[7]), slot(3, 15, people=[8])]
    assert clashes(slots) == [Clash(1, 2, frozenset({7}), frozenset(), None)]


@pytest.mark.parametrize("minutes", [30, 31])
def test_adjacent_slots_do_not_clash(minutes):
    result = clashes([slot(1, 0, minutes, staff=[1]), slot(2, 30, staff=[1])])
    assert result == ([] if minutes == 30 else [Clash(1, 2, frozenset(), frozenset({1}), None)])


def test_same_table_clashes_and_missing_table_does_not():
    assert clashes([slot(1, 0, table="14"), slot(2, 0, table="14"), slot(3, 0, table="15")]) == [
        Clash(1, 2, frozenset(), frozenset(), "14")
    ]
    assert clashes([slot(1, 0), slot(2, 0)]) == []


def test_same_interpreter_clashes_and_may_be_confirmed():
    one, other, third = (replace(slot(key, 0), interpreter=name) for key, name in ((1, "he"), (2, "he"), (3, None)))
    (clash,) = clashes([one, other, third])
    assert clash == Clash(1, 2, frozenset(), frozenset(), None, interpreter="he")
    assert not clash.is_impossible


def test_person_and_user_with_the_same_id_do_not_clash():
    assert clashes([slot(1, 0, people=[5]), slot(2, 0, staff=[5])]) == []


def test_long_slot_clashes_with_each_inside_it():
    slots = [slot(1, 0, 120, staff=[1]), slot(2, 10, 20, staff=[1]), slot(3, 60, 20, staff=[1])]
    assert [(c.key, c.other) for c in clashes(slots)] == [(1, 2), (1, 3)]


def test_zero_length_slot_inside_another_does_not_clash():
    assert clashes([slot(1, 0, 0, staff=[1]), slot(2, 0, 30, staff=[1])]) == []


def test_enum_codes_are_unchanged():
    assert [w.value for w in ShowKind] == [
        "trade_show",
        "summit",
        "trade_mission",
        "reverse_mission",
        "matchmaking",
        "webinar",
        "workshop",
    ]
    assert {w.value: w.is_over for w in MeetingState} == {
        "wished": False,
        "asked": False,
        "agreed": False,
        "placed": False,
        "held": True,
        "no_show": True,
        "cancelled": True,
    }


@pytest.mark.parametrize(
    ("before", "attended", "missed", "neither"),
    [
        (Attendance.invited, Attendance.attended, Attendance.invited, Attendance.invited),
        (Attendance.registered, Attendance.attended, Attendance.no_show, Attendance.registered),
        (Attendance.attended, Attendance.attended, Attendance.no_show, Attendance.registered),
        (Attendance.no_show, Attendance.attended, Attendance.no_show, Attendance.no_show),
    ],
)
def test_ticked_list_sets_the_status_of_participants(before, attended, missed, neither):
    assert mark_attendance(before, has_attended=True, others_missed=True) is attended
    assert mark_attendance(before, has_attended=False, others_missed=True) is missed
    assert mark_attendance(before, has_attended=False, others_missed=False) is neither


@pytest.mark.parametrize(("day", "expected"), [(8, False), (9, True), (11, True), (12, False)])
def test_show_has_its_first_and_last_day(day, expected):
    assert is_show_day(date(2026, 12, day), date(2026, 12, 9), date(2026, 12, 11)) is expected


def test_meeting_can_begin_a_little_early():
    now = datetime(2026, 12, 9, 2, tzinfo=UTC)
    assert not is_still_to_come(now + EARLY, now)
    assert is_still_to_come(now + EARLY + timedelta(seconds=1), now)


@pytest.mark.parametrize(("minute", "rounded"), [(0, 0), (4, 0), (5, 5), (59, 55)])
def test_time_at_the_show_is_rounded_down_to_five_minutes(minute, rounded):
    moment = datetime(2026, 12, 9, 2, minute, 59, tzinfo=UTC)
    assert time_at_show(moment, "Asia/Shanghai") == datetime(2026, 12, 9, 10, rounded)


@pytest.mark.parametrize(
    ("people", "fallbacks", "name"),
    [
        (["Li Hui"], ["Huayue"], "Li Hui"),
        (["Li Hui", "Wang Xiaoming"], [], "Li Hui, Wang Xiaoming"),
        (["Li Hui", "Wang Xiaoming", "Zhou Limin", "Lu Min"], [], "Li Hui, Wang Xiaoming and 2 more"),
        ([], [None, "", "Huayue"], "Huayue"),
        ([], [None], ""),
    ],
)
def test_meeting_is_named_by_two_people_or_its_organizations(people, fallbacks, name):
    assert name_meeting(people, *fallbacks) == name


@pytest.mark.parametrize(
    ("text", "key"), [("He  Jing", "he jing"), ("TBD.", ""), ("待定", ""), ("n/a", ""), ("王芳", "王芳")]
)
def test_interpreters_are_compared_by_name(text, key):
    assert interpreter_key(text) == key
