"""Full names typed in lower case, as most people type between two calls."""

from typing import ClassVar

import pytest

from crm.interactions.sentence import ChipKind, NameMatch
from tests.interactions.sentences import SHANGHAI, FakeLookup, read_text

pytestmark = pytest.mark.one_engine


class SunLookup(FakeLookup):
    names_of_people: ClassVar = FakeLookup.names_of_people | {NameMatch(11, "Sun Li", SHANGHAI): {"sun li"}}


def list_people(text):
    return [chip.value for chip in read_text(text).of(ChipKind.person)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("zhou limin called back 10m", [4]),
        ("lm for tom okafor re fda registration", [5]),
        ("tom okafor 20m", [5]),
        ("tom okafor: price ok", [5]),
        ("tom okafor's assistant says no", [5]),
        ("Tom okafor wants a quote", [5]),
        ("reached li hui and zhao jianguo 20m", [2, 3]),
        ("call tom okafor tmrw", [5]),
        ("need to send zhou limin the drawings by friday", [4]),
        ("prep 45m for wang xiaoming", [6]),
        ("no luck with tom, zhou limin wants the price", [5, 4]),
        ("Zhou Limin's sample arrived", [4]),
        ("meeting moved to 12/16, tom okafor", [5]),
        ("Bay Cold Chain call, tom okafor, 30 mins", [5]),
        ("no luck there, emailed zhou limin instead", [4]),
        ("三天后跟进周立民", [4]),
        ("记得12月18日前给李慧发目录", [2]),
        ("上周五拜访了宁波港务局王小明，谈了40分钟", [6]),
        ("会后周立民说样品合格", [4]),
    ],
)
def test_full_name_is_found(text, people):
    assert list_people(text) == people


@pytest.mark.parametrize(
    "text",
    [
        "will chen wait for the sample",  # A verb, not Will Chen.
        "he will chen",
        "tom, okafor is busy",
        "tom and okafor",
        "tom.okafor@clearair.example bounced",
        "tom-okafor file is ready",
        "tom_okafor file is ready",
        "okafor agrees",
        "li wei-ming agrees",
        "tomokafor agrees",
        "okafors tom agrees",
        "li's hui agrees",
        "zhao\njianguo",
        "zhou 12 limin",
        "wang/xiaoming",
        "the price is ok",
        "周立的民事案件",
        "样品慧眼",
        "请小明天来",
    ],
)
def test_other_words_are_no_full_name(text):
    assert list_people(text) == []


def test_label_of_a_known_record_keeps_its_capitals():
    chips = read_text("met tom okafor at bay cold chain").chips
    assert [chip.label for chip in chips if chip.kind is not ChipKind.kind] == ["Tom Okafor", "Bay Cold Chain"]


def test_family_name_sun_is_no_sunday():
    draft = read_text("sent sun li the quote", lookup=SunLookup())
    assert (list(draft.of(ChipKind.when)), [chip.value for chip in draft.of(ChipKind.person)]) == ([], [11])
    assert read_text("met tom sun, quote", lookup=SunLookup()).of(ChipKind.when)
