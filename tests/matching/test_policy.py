"""The closed lists of matches."""

import re
from pathlib import Path

import pytest

from crm.matching.policy import LEAST_POINTS, DismissReason, MatchReasonKind, MatchState
from crm.matching.services.watch import MAX_AT_ONCE, MAX_PAIRS


def test_states_are_suggested_accepted_and_dismissed():
    assert [state.value for state in MatchState] == ["suggested", "accepted", "dismissed"]


def test_dismiss_reasons_end_with_another_one():
    assert list(DismissReason)[-1] is DismissReason.other


def test_sentence_of_a_reason_takes_its_values():
    assert MatchReasonKind.same_hs6.sentence % {"code": "902820"} == "Same HS code: 902820."


def test_each_reason_is_a_sentence_with_a_fact():
    sentences = {kind: str(kind.sentence) for kind in MatchReasonKind}
    assert all(text.endswith(".") for text in sentences.values())
    assert [kind for kind, text in sentences.items() if not re.search(r"%\(\w+\)s", text)] == [
        MatchReasonKind.other_kind
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        f"Pairs with at least {LEAST_POINTS} points are suggested.",
        f"In a request at most {MAX_PAIRS} pairs are compared",
        f"If one transaction changes more than {MAX_AT_ONCE} needs and products, the job computes them",
    ],
)
def test_figures_are_those_of_the_documentation(sentence):
    text = (Path(__file__).parents[2] / "docs/matching.md").read_text(encoding="utf-8")
    assert sentence in " ".join(text.split())
