"""Sentences about what we owe and what they owe, in English and Chinese."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crm.followups.enums import FollowUpSide
from crm.interactions.sentence import ChipKind, NextStep
from tests.interactions.sentences import read_text
from tests.interactions.test_sentence import list_lost_words

pytestmark = pytest.mark.one_engine

TABLE = [
    tuple(line.split(" | ")) for line in (Path(__file__).parent / "owed_sentences.txt").read_text("utf-8").splitlines()
]


def due_text(step: NextStep) -> str:
    """Return the due date; of a moment the date."""
    return str(step.due.date() if isinstance(step.due, datetime) else step.due)


@pytest.mark.parametrize(("text", "sides", "titles", "dues"), TABLE, ids=lambda value: value[:60])
def test_sentence_says_who_owes_what_by_when(text, sides, titles, dues):
    steps = [chip.value for chip in read_text(text).of(ChipKind.next_step)]
    assert (
        ", ".join(step.side.value for step in steps),
        ", ".join(step.title for step in steps),
        ", ".join(due_text(step) for step in steps),
    ) == (sides, titles, dues)


@pytest.mark.parametrize("text", [row[0] for row in TABLE], ids=lambda value: value[:60])
def test_words_about_sides_are_in_a_chip_or_the_notes(text):
    assert list_lost_words(text) == []


def test_weekday_by_which_they_owe_is_the_same_date_here():
    """Their Friday is over when ours begins; what we owe is due when their Friday begins."""
    they_owe = read_text("met Zhao, they owe a price by Fri").first(ChipKind.next_step)
    we_owe = read_text("met Zhao, we owe a price by Fri").first(ChipKind.next_step)
    assert (they_owe.due, str(we_owe.due)) == (date(2026, 12, 11), "2026-12-10 17:00:00-08:00")


@pytest.mark.parametrize(
    "text",
    [
        "met Tom, they agreed to the price",
        "met Tom, offer is fine",
        "met Tom, he expects a lot",
        "met Tom, the price is from Huayue",
        "和周立民见面，对方说样品很好",
    ],
)
def test_news_about_the_other_side_is_no_follow_up(text):
    assert read_text(text).of(ChipKind.next_step) == ()


def test_table_has_a_hundred_sentences_of_both_sides_and_languages():
    han = [row for row in TABLE if any("一" <= char <= "鿿" for char in row[0])]
    by_side = {side: [row for row in TABLE if side.value in row[1].split(", ")] for side in FollowUpSide}
    assert len(TABLE) >= 100
    assert min(len(han), len(TABLE) - len(han)) >= 30
    assert min(len(rows) for side, rows in by_side.items() if side in (FollowUpSide.we, FollowUpSide.they)) >= 40
