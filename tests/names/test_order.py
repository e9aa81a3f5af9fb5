"""The order of names in Latin letters that are also Chinese."""

from __future__ import annotations

import pytest

from crm.names.matching import is_family_first, split_chinese, usual_order


@pytest.mark.parametrize(
    ("family_native", "given_latin", "order"),
    [
        ("高", "Lei", "family_first"),
        ("陈", "David", "given_first"),
        ("陈", "DAVID K.", "given_first"),
        ("陳", "Tai Man", "family_first"),
        ("蔡", "Ing-wen", "family_first"),
        ("陳", "Siu Ming Peter", "family_first"),
        ("王", "Ben", "family_first"),
        ("王", "", "family_first"),
        ("王", None, "family_first"),
        ("", "Wei", "given_first"),
        (None, "David", "given_first"),
    ],
)
def test_western_given_name_comes_before_a_chinese_family_name(family_native, given_latin, order):
    assert usual_order(family_native, given_latin) == order


@pytest.mark.parametrize(
    ("text", "family_native", "is_first"),
    [
        ("Chen Dawei", "陈", True),
        ("Dawei Chen", "陈", False),
        ("David Chan", "陳", False),
        ("Tan Ah Kow", "陈", True),
        ("Ouyang Xiu", "欧阳", True),
        ("David Smith", "大", False),
        ("Yamada Taro", "山", True),
        ("Chen Chen", "陈", True),
    ],
)
def test_family_name_is_the_word_that_spells_the_characters(text, family_native, is_first):
    assert is_family_first(text.split(), family_native) is is_first


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Zhou Limin", ("Zhou", "Limin")),
        ("Limin Zhou", ("Zhou", "Limin")),
        ("Wang Xiao-ming", ("Wang", "Xiao-ming")),
        ("Bingbing Fan", ("Fan", "Bingbing")),
        ("Tung Chee-hwa", ("Tung", "Chee-hwa")),
        ("Ma Ying-jeou", ("Ma", "Ying-jeou")),
        ("Jung-ho Kang", ("Kang", "Jung-ho")),
        ("Ou Yang Feng", ("Ou Yang", "Feng")),
        ("Feng Ouyang", ("Ouyang", "Feng")),
        ("Zhuge Liang", ("Zhuge", "Liang")),
        ("Szeto Wah", ("Szeto", "Wah")),
        ("David Chen", None),
        ("Mary Ann Smith", None),
        ("Zhou", None),
        ("", None),
    ],
)
def test_split_chinese_finds_the_family_name_in_either_order(text, split):
    assert split_chinese(text.split()) == split


@pytest.mark.parametrize(
    "text",
    [
        *("Wei Wang", "Wang Wei", "Gao Lei", "Chen Li", "Lei Jun", "Ma Jun", "Li Dongfang", "Yuwen Zhang", "Li Xian"),
        *("Cheung Wai Man", "Wai Man Cheung", "Zhang Wei Ming", "Jun Chen", "Lee Kuan Yew", "Wong Po Ling"),
        *("Jun Sato", "Yu Sato", "Ai Sato", "Kai Ito", "Yu Tanaka", "Ai Chiba", "Chiba Mai", "Mei Shimizu", "Yu Handa"),
        *("Sung Min Choi", "Jung Ho Kang", "Young Jin Lee", "Jun Ho Yoon", "Seung-gun Jeon", "Kim Min Jun"),
        *("Hung Le", "Long Le", "Tan Hoang", "Long Quan Le", "Hung Hoa Pham", "Nguyen Van Anh"),
        *("Young Lee", "Young Shaw", "Lee King", "Lee Lane", "Lee Shaw", "Mei Manning", "Rosa Delgado"),
    ],
)
def test_split_chinese_does_not_split_names_that_can_be_read_otherwise(text):
    assert split_chinese(text.split()) is None
