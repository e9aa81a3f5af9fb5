"""Dates promised and requested in emails."""

from __future__ import annotations

from datetime import date

import pytest

from crm.followups.enums import Side
from crm.interactions.mail_steps import find_mail_steps

pytestmark = pytest.mark.one_engine

TUESDAY = date(2026, 12, 8)


def read(body: str, *, is_received: bool = True, today: date = TUESDAY) -> list[tuple[str, str, str]]:
    steps = find_mail_steps(body, sent_on=TUESDAY, today=today, is_received=is_received)
    return [(step.title, str(step.due_on), step.side.value) for step in steps]


@pytest.mark.parametrize(
    ("body", "title", "side"),
    [
        ("We will send the drawings by Dec 18.", "Send the drawings", Side.they),
        ("I'll confirm the price by Dec 18.", "Confirm the price", Side.they),
        ("Hello Anna, we promised drawings by Dec 18.", "Drawings", Side.they),
        ("Please send the quote by Dec 18.", "Send the quote", Side.we),
        ("Could you please confirm the date by Dec 18?", "Confirm the date", Side.we),
        ("Can you send samples by Dec 18?", "Send samples", Side.we),
        ("We need the quote by Dec 18.", "The quote", Side.we),
        ("Huayue will pay the deposit by Dec 18.", "Pay the deposit", Side.they),
        ("我们12月18日前寄样品。", "寄样品", Side.they),
        ("请您12月18日前报价。", "报价", Side.we),
        ("请于12月18日前确认价格。", "确认价格", Side.we),
    ],
)
def test_received_email_says_who_owes_what(body, title, side):
    assert read(body) == [(title, "2026-12-18", side.value)]


@pytest.mark.parametrize(
    ("body", "side"),
    [
        ("I will send the quote by Dec 18.", "we"),
        ("Please send the drawings by Dec 18.", "they"),
        ("请12月18日前发图纸。", "they"),
    ],
)
def test_sent_email_says_who_owes_what(body, side):
    assert [row[2] for row in read(body, is_received=False)] == [side]


def test_dates_count_from_the_day_of_the_email():
    assert read("We will send the drawings by Friday.", today=TUESDAY) == [("Send the drawings", "2026-12-11", "they")]


def test_dates_that_are_over_are_left_out():
    assert read("We will send the drawings by Friday.", today=date(2026, 12, 20)) == []


@pytest.mark.parametrize("body", ["Three of four passed.", "We met on Friday.", "Thank you.\nZhou", "", "样品已到。"])
def test_news_is_no_follow_up(body):
    assert read(body) == []


def test_at_most_five_are_proposed_each_once():
    body = "Please send the quote by Dec 18. " * 3 + " ".join(f"Please send part {n} by Dec 18." for n in range(9))
    assert [row[0] for row in read(body)] == ["Send the quote", *(f"Send part {n}" for n in range(4))]
