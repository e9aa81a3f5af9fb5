"""Order of search results."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.core.search.ranking import SearchResult, rank_results

FIRM = SearchResult(1, "organization", "Anhui Valve", "", archived=False)
PERSON = SearchResult(2, "person", "Zhou Limin", "", archived=False)
NUMBERED_FIRM = SearchResult(3, "organization", "0142 Tools", "", archived=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0142", [NUMBERED_FIRM, PERSON, FIRM]),
        ("valve", [FIRM, NUMBERED_FIRM, PERSON]),
    ],
)
def test_digits_of_a_phone_find_people_first(text, expected):
    assert rank_results([FIRM, PERSON, NUMBERED_FIRM], text, ()) == expected


@pytest.mark.parametrize("text", ["lumin", "lumi", "LuMin", "lu min"])
def test_pinyin_without_spaces_finds_its_name_first(text):
    recent = datetime(2026, 3, 9, tzinfo=UTC)
    alike = SearchResult(4, "person", "Zhou Limin", "周立民", archived=False, met_at=recent)
    match = SearchResult(5, "person", "Lu Min", "卢敏", archived=False)
    assert rank_results([alike, match], text, {alike.id}) == [match, alike]


def test_words_are_not_the_beginning_of_one_longer_word():
    one_word = SearchResult(4, "organization", "Lumin Optics", "", archived=False)
    match = SearchResult(5, "person", "Lu Min", "卢敏", archived=False)
    assert rank_results([one_word, match], "lu min", {one_word.id}) == [match, one_word]


def test_word_at_the_beginning_comes_before_a_part_of_two_words():
    part = SearchResult(4, "person", "Su Nan", "苏楠", archived=False)
    match = SearchResult(5, "person", "Sun Li", "孙丽", archived=False)
    assert rank_results([part, match], "sun", {part.id}) == [match, part]
