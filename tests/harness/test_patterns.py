"""The pattern with which the laws look for the words of hidden records."""

from __future__ import annotations

import pytest

from tests.laws.patterns import any_of


@pytest.mark.parametrize("text", ["a ZQBAYX b", "zqinlandx", "<b>Zqbayx booth</b>", "%zq.x%", "zzqbayx"])
def test_each_word_is_found_in_either_case(text):
    assert any_of(["Zqbayx", "zqinlandx", "Zqbayx booth", "Zq.x"]).search(text)


@pytest.mark.parametrize("text", ["zq", "zqbay", "zq1x", "bayx", ""])
def test_parts_of_words_are_not_found(text):
    assert not any_of(["Zqbayx", "Zqinlandx", "Zq.x"]).search(text)


def test_longest_word_is_found_and_no_words_match_nothing():
    assert any_of(["Zqbayx", "Zqbayx booth"]).findall("zqbayx booth, zqbayx") == ["zqbayx booth", "zqbayx"]
    assert any_of(["Zqbayx"]).findall("one Zqbayx two") == ["Zqbayx"]
    assert not any_of([]).search("anything")
