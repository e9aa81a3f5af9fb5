"""Rights to tariff notes, which notes apply to a code, and when a note is old. Pure."""

from __future__ import annotations

import re
from datetime import date

from crm.calendars import add_months
from crm.core.policy import RULES, Actor, Role, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

HS_PREFIX = re.compile(r"[0-9]{2}([0-9]{2}){0,2}")
OLD_MONTHS = 12
"""The age from which a note should be checked again."""


class NoteAge(LabeledEnum):
    """Whether a note can still be relied on."""

    current = "current", _l("Current")
    expired = "expired", _l("No longer valid")
    old = "old", _l("More than a year old")


def is_hs_prefix(text: str) -> bool:
    """Whether a text is an HS chapter, heading or subheading: 2, 4 or 6 digits."""
    return HS_PREFIX.fullmatch(text) is not None


def join_digits(text: str | None) -> str | None:
    """Return a code without dots and spaces; a text that isn't a code as it is."""
    digits = (text or "").replace(".", "").replace(" ", "")
    return digits if is_hs_prefix(digits) else text


def list_prefixes(hs6: str) -> tuple[str, ...]:
    """Return the code of six digits with its heading and its chapter, the longest first."""
    return tuple(dict.fromkeys(hs6[:length] for length in (6, 4, 2)))


def note_age(noted_on: date, valid_until: date | None, today: date) -> NoteAge:
    """Return whether a note is past its last valid day or more than a year old."""
    if valid_until is not None and valid_until < today:
        return NoteAge.expired
    return NoteAge.old if noted_on < oldest_current_day(today) else NoteAge.current


def oldest_current_day(today: date) -> date:
    """Return the earliest date of a note that isn't more than a year old."""
    return add_months(today, -OLD_MONTHS)


def may_archive_notes(actor: Actor) -> bool:
    """Whether the actor may archive and restore notes, as with other shared records: everyone but counselors."""
    return actor.is_system or actor.role is not Role.staff


RULES["tariff:see"] = Rule(is_signed_in, may_see, "View tariff and rule notes.")
RULES["tariff:edit"] = Rule(is_signed_in, may_see, "Add and edit tariff and rule notes.")
RULES["tariff:archive"] = Rule(may_archive_notes, may_see, "Archive and restore tariff and rule notes.")
