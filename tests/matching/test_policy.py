"""The closed lists of matches."""

import re

from crm.matching.policy import DismissReason, MatchReasonKind, MatchState


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
