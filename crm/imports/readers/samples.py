"""The field of a column, guessed by its values where the heading is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./+-]{6,20}")
_MOBILE = re.compile(r"(\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}")
_SITE = re.compile(r"(https?://|www\.)\S+")
_FIRM = re.compile(r"公司|集团|厂$|协会|商会|研究院|\b(Inc|LLC|Ltd|Corp|GmbH|Co)\b\.?")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9Xx]")
_SAMPLE_SIZE = 50
#: Weights and check digits of an identity number, GB 11643-1999.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def guess_by_values(values: Sequence[str]) -> str | None:
    """Return the code of the field that most of the first values look like; None if none fits."""
    patterns = (("email", _MAIL), ("phone:mobile", _MOBILE), ("website", _SITE))
    for code, pattern in patterns:
        if _most_fit(values, pattern.fullmatch):
            return code
    if _most_fit(values, _is_phone):
        return "phone"
    return "organization" if _most_fit(values, _FIRM.search) else None


def is_value(cell: str) -> bool:
    """Return whether a cell can't be a heading: an email or web address, or a phone number."""
    return guess_by_values([cell]) not in (None, "organization")


def holds_identity_numbers(values: Sequence[str]) -> bool:
    """Return whether most values are Chinese identity numbers with a valid check digit."""
    return _most_fit(values, _is_identity)


def _most_fit(values: Sequence[str], fits: Callable[[str], object]) -> bool:
    sample = values[:_SAMPLE_SIZE]
    return bool(sample) and sum(bool(fits(value)) for value in sample) >= 0.6 * len(sample)


def _is_phone(value: str) -> bool:
    """Return whether a value is digits with the marks of a phone number; a plain number, date or amount isn't."""
    return (
        bool(_PHONE.fullmatch(value)) and any(mark in value for mark in "+()- ") and sum(map(str.isdigit, value)) >= 9
    )


def _is_identity(value: str) -> bool:
    if not _IDENTITY.fullmatch(value):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, value[:17], strict=True))
    return _CHECKS[total % 11] == value[17].upper()
