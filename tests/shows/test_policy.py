"""Clashes of meetings: a person or a table is in one place at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.shows.policy import Clash, MeetingState, ShowKind, Slot, clashes, seat

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
