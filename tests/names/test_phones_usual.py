"""The fast path for common numbers agrees with the full check."""

import random

import phonenumbers
import pytest

from crm.names import phones

MARKS = ("", "", " ", "-", ".")


def parse_fully(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def random_numbers(count: int):
    chance = random.Random(11)
    for _ in range(count):
        length = chance.choice((7, 8, 9, 10, 10, 11, 11, 12))
        digits = "".join(chance.choices("0123456789", k=length))
        if chance.random() < 0.5:
            digits = "1" + chance.choice("3456789") + digits[1:]
        start = chance.choice(("+86", "+1", "+86", "+1", "", "0", "1", "86", "+852", "+0", "+"))
        spaced = "".join(chance.choice(MARKS) + digit for digit in digits)
        yield start + chance.choice((digits, spaced)), chance.choice((None, "CN", "US", "HK"))


def test_fast_path_agrees_with_the_full_check():
    read = [(number, region, phones._parse_common(number, region)) for number, region in random_numbers(4_000)]
    fast = [row for row in read if row[2]]
    assert len(fast) > 100
    assert [(n, r, e) for n, r, e in fast if parse_fully(n, r) != e] == []
    national = [str(phonenumbers.parse(e164, None).national_number) for _n, _r, e164 in fast]
    assert [phones._national(e164) for _n, _r, e164 in fast] == national


@pytest.mark.parametrize(
    ("number", "region", "e164"),
    [
        ("+86 138 0013 8000", None, "+8613800138000"),
        ("138-0013-8000", "CN", "+8613800138000"),
        ("(650) 253-0000", "US", "+16502530000"),
        ("+1 650 253 0000", "CN", "+16502530000"),
        ("+86 179 1234 5678", None, None),
        ("13800138000", "US", None),
        ("138001380001", "CN", None),
        ("+44 20 7946 0018", None, None),
    ],
)
def test_fast_path_parses_plain_numbers_only(number, region, e164):
    assert phones._parse_common(number, region) == e164
