"""Sentences of reasons: codes and numbers as people write them, and no term twice."""

from __future__ import annotations

import pytest

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring import MatchReason
from crm.matching.sentences import describe_reason

K = MatchReasonKind


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (K.same_hs6, {"code": "902610"}, "Same HS code: 9026.10."),
        (K.other_chapter, {"need": "84", "product": "90"}, "Different HS chapters: 84 and 90."),
        (K.related, {"need": ["pm2"], "product": ["pm2"]}, "Both name the same term: pm2."),
        (K.related, {"need": ["flow meters"], "product": ["flow meter"]}, "Both name the same term: flow meters."),
        (K.related, {"need": ["switchgear"], "product": ["breaker"]}, "Related terms: switchgear and breaker."),
        (
            K.capacity_enough,
            {"capacity": "18000 units/month", "quantity": "2,400 sets"},
            "The capacity covers the quantity: 18,000 units/month for 2,400 sets.",
        ),
        (K.china_goals, {"words": ["prime"]}, "The client's goals in China mention: prime."),
    ],
)
def test_reason_is_written_for_people(kind, values, sentence):
    assert describe_reason(MatchReason(kind, 1, values)) == sentence
