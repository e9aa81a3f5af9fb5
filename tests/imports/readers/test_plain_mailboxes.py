"""The fast check of a plain mailbox gives the same normal form as the full check."""

import random

import pytest
from email_validator import EmailNotValidError, validate_email

from crm.imports.readers.values import _normal_mail

LETTERS = 'abAB09.-_+@ "<>中é'
ENDS = (
    "@mail.com",
    "@EXAMPLE.Com",
    "@x",
    "@-a.com",
    "@a..b",
    "@münchen.de",
    "@[1.2.3.4]",
    "@a_b.com",
    "@a.com.",
    "@xn--mnchen-3ya.de",
    "@@a.com",
    "a.com",
    "@a." + "b" * 64,
)


def whole(address: str) -> str:
    return validate_email(address, check_deliverability=False, globally_deliverable=False).normalized


def outcome(check, address: str) -> str:
    try:
        return check(address)
    except EmailNotValidError:
        return "none"


def test_every_address_has_the_normal_form_of_the_whole_check():
    chance = random.Random(5)
    addresses = ["".join(chance.choices(LETTERS, k=chance.randrange(7))) + chance.choice(ENDS) for _ in range(1_500)]
    assert [a for a in addresses if outcome(_normal_mail, a) != outcome(whole, a)] == []
    assert sum(outcome(whole, a) != "none" for a in addresses) > 20


LONG = ("a" * 70 + "@b.com", "a" * 250 + "@b.com")


@pytest.mark.parametrize("address", ["PostMaster@X.com", "Anna.Reyes@Mail.COM", *LONG])
def test_long_and_reserved_mailboxes_have_the_same_normal_form(address):
    assert outcome(_normal_mail, address) == outcome(whole, address)
