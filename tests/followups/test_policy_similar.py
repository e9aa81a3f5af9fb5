"""Which new follow-up seems to be an open one, and the labels of further tries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.followups.policy import FollowUpFacts, FollowUpSide, are_same, title_similarity, try_label
from tests.followups.lookups import FRIDAY, TODAY

pytestmark = pytest.mark.one_engine


ZHOU = ("person", 1)


LI = ("person", 2)


HUADONG = ("organization", 3)


SHOW = ("show", 4)


OPEN = FollowUpFacts("Price for 200 to Zhou", FollowUpSide.we, FRIDAY, (ZHOU, HUADONG))


@pytest.mark.parametrize(
    ("one", "other", "is_similar"),
    [
        ("Price for 200 to Zhou", "Price for 200 to Zhou", True),
        ("Price for 200 to Zhou, 27 Nov", "Price for 200 to Zhou", True),
        ("send Zhou the PRICE for 200", "Price for 200 to Zhou", True),
        ("Send samples", "Sample", True),
        ("報價給周立民", "给周立民报价", True),
        ("报价 200 给周立民", "给周立民报价", True),
        ("Price for 500 to Zhou", "Price for 200 to Zhou", False),
        ("Send the price to Zhou", "Send samples to Zhou", False),
        ("Call Zhou", "Email Zhou", False),
        ("Call", "Call Zhou about the certificate of origin", False),
        ("报价给周立民", "样品给周立民", False),
        ("...", "Price", False),
        ("To", "To", True),
    ],
)
def test_titles_are_compared_by_their_words(one, other, is_similar):
    scores = title_similarity(one, other), title_similarity(other, one)
    assert scores[0] == scores[1]
    assert (scores[0] >= 0.6) is is_similar


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"about": (ZHOU,)}, True),
        ({"about": (HUADONG,)}, True),
        ({"side": FollowUpSide.idea}, True),
        ({"due_on": FRIDAY + timedelta(days=7)}, True),
        ({"due_on": FRIDAY + timedelta(days=8)}, False),
        ({"side": FollowUpSide.they}, False),
        ({"title": "Price for 500 to Zhou"}, False),
        ({"about": (LI, HUADONG)}, False),
        ({"about": (SHOW,)}, False),
        ({"about": ()}, False),
    ],
)
def test_follow_ups_are_the_same_by_words_side_day_and_records(changes, is_same):
    assert are_same(OPEN._replace(**changes), OPEN, TODAY) is is_same


def test_overdue_follow_up_counts_as_due_today():
    overdue = OPEN._replace(due_on=date(2026, 10, 1))
    assert are_same(OPEN, overdue, TODAY)
    assert not are_same(OPEN._replace(due_on=TODAY + timedelta(days=8)), overdue, TODAY)


@pytest.mark.parametrize(
    ("tries", "label"), [(0, None), (1, "2nd try"), (2, "3rd try"), (3, "4th try"), (19, "20th try"), (20, "try 21")]
)
def test_further_tries_are_numbered(tries, label):
    text = try_label(tries)
    assert (None if text is None else str(text)) == label
