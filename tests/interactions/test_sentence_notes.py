"""Words that only join others: "w" for "with", parentheses around what was read."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("met Zhou Limin w/ Tom Okafor 45m", ""),
        ("met Zhou Limin w Tom Okafor 45m", ""),
        ("met Tom 45m, about the W series", "about the W series"),
        ("met Zhou Limin (15 min) re: lot 1", "re: lot 1"),
        ("met Tom (30m), good talk", "good talk"),
        ("met Tom 30m, lot 1) pumps 2) valves", "lot 1) pumps 2) valves"),
        ("met Tom 30m, good talk (in Ontario)", "good talk (in Ontario)"),
    ],
)
def test_notes_have_no_rest_of_parentheses_and_prepositions(text, notes):
    assert read_text(text).notes == notes


@pytest.mark.parametrize(
    ("text", "kind", "labels"),
    [
        ("met 4 buyers at CIIE w Tom Okafor 2h", ChipKind.show, ["China International Import Expo"]),
        ("met 4 buyers at CIIE w/ Tom Okafor 2h", ChipKind.show, ["China International Import Expo"]),
        ("lunch at Harbor House w Tom Okafor 1h", ChipKind.place, ["Harbor House"]),
        ("lunch at W Hotel with Tom Okafor 1h", ChipKind.place, ["W Hotel"]),
        ("lunch at Hotel W with Tom Okafor 1h", ChipKind.place, ["Hotel W"]),
        ("met Zhou Limin w Tom Okafor 20m", ChipKind.person, ["Zhou Limin", "Tom Okafor"]),
        ("met George W Bush 20m", ChipKind.person, ["George W Bush"]),
        ("call w Tom 20m", ChipKind.person, ["Tom Okafor"]),
        ("met Tom for Bay Cold Chain w Li Hui 20m", ChipKind.client, ["Bay Cold Chain"]),
    ],
)
def test_w_ends_a_name_before_it(text, kind, labels):
    assert [chip.label for chip in read_text(text).of(kind)] == labels
