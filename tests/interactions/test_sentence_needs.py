"""Needs in a sentence, and what a client doesn't need."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


def read_needs(text):
    return [chip.value for chip in read_text(text).of(ChipKind.need)]


@pytest.mark.parametrize(
    "text",
    [
        "called Tom, doesn't want samples",
        "called Tom, he doesn’t need a rep",
        "called Tom, dont need samples",
        "called Tom, does not need a rep anymore",
        "called Tom, not interested in CIIE this yr",
        "called Tom, not really interested in CIIE",
        "called Tom, isn't currently looking for a distributor",
        "called Tom, no longer interested in China",
        "called Tom, never wanted a booth",
        "和周立民通话10分钟，不需要样品",
        "和周立民通话10分钟，暂时不想要样品",
    ],
)
def test_what_somebody_does_not_need_is_no_need(text):
    assert read_needs(text) == []
    assert read_text(text).notes


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("called Tom, wants samples", ["samples"]),
        ("called Tom, not only wants samples", ["samples"]),
        ("called Tom, doesn't export yet, wants samples", ["samples"]),
        ("called Tom, did not reply, needs a quote", ["a quote"]),
        ("called Tom, the plant needs a permit", ["a permit"]),
        ("called Tom, their agent wants a quote", ["a quote"]),
        ("called Tom, the government requires a permit", ["a permit"]),
        ("called Tom, doesn't want samples, wants a price", ["a price"]),
        ("Helen doesn't want samples but needs training for 5 people", ["training for 5 people"]),
        ("Client not looking for funding but looking for partners", ["partners"]),
        ("called Tom, isn't looking for a rep and wants samples and needs prices", ["samples and needs prices"]),
        ("called Tom, can't come but needs a catalog", ["a catalog"]),
        ("和周立民通话10分钟，价格不错需要样品", ["样品"]),
        ("和周立民通话10分钟，不急，需要样品", ["样品"]),
    ],
)
def test_need_beside_another_negation_is_read(text, needs):
    assert read_needs(text) == needs
