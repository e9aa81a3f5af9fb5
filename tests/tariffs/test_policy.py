"""Which notes apply to a code, when a note is old, and who may archive it."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.policy import SYSTEM, Actor, Role
from crm.tariffs.policy import NoteAge, is_hs_prefix, join_digits, list_prefixes, may_archive_notes, note_age

TODAY = date(2026, 3, 10)


def test_codes_have_two_four_or_six_digits():
    texts = ("9", "90", "902", "9026", "90262", "902620", "9026201", "", "9o26")
    assert [text for text in texts if is_hs_prefix(text)] == ["90", "9026", "902620"]


def test_dots_and_spaces_are_removed_from_codes_only():
    assert [join_digits(text) for text in ("9026.20", "90 26", "9026.2", "no code", None)] == [
        "902620",
        "9026",
        "9026.2",
        "no code",
        None,
    ]


def test_prefixes_are_subheading_heading_and_chapter():
    assert list_prefixes("902620") == ("902620", "9026", "90")
    assert list_prefixes("9026") == ("9026", "90")


@pytest.mark.parametrize(
    ("noted_on", "valid_until", "age"),
    [
        (date(2026, 3, 1), None, NoteAge.current),
        (date(2026, 3, 1), TODAY, NoteAge.current),
        (date(2026, 3, 1), date(2026, 3, 9), NoteAge.expired),
        (date(2025, 3, 10), None, NoteAge.current),
        (date(2025, 3, 9), None, NoteAge.old),
        (date(2025, 3, 9), date(2027, 1, 1), NoteAge.old),
    ],
)
def test_age_follows_validity_and_date(noted_on, valid_until, age):
    assert note_age(noted_on, valid_until, TODAY) is age


def test_everyone_but_counselors_archives():
    assert [role.value for role in Role if may_archive_notes(Actor(id=1, role=role))] == [
        "manager",
        "network_manager",
        "administrator",
    ]
    assert may_archive_notes(SYSTEM)
