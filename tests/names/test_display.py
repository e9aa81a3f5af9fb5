"""How names are displayed and people addressed."""

import opencc
import pytest

from crm.names import (
    FullName,
    family_of_address,
    full_name,
    initials_of,
    lang_of,
    propose_address,
    split_family,
    split_latin,
    suggest_latin,
)
from crm.names.display import _traditionalizer


def test_chinese_name_is_written_without_a_space():
    assert full_name("周", "立民", "Zhou", "Limin") == FullName("周立民", "Zhou Limin")
    assert full_name("周", "立民", "Zhou", "Limin", "given_first") == FullName("周立民", "Limin Zhou")
    assert full_name("欧阳", "文", "Ouyang", "Wen") == FullName("欧阳文", "Ouyang Wen")


def test_foreign_name_in_chinese_characters_keeps_its_order():
    assert full_name("史密斯", "约翰", "Smith", "John", "given_first") == FullName("约翰·史密斯", "John Smith")


def test_full_name_of_one_part():
    assert full_name(None, None, None, " Marisol ") == FullName(None, "Marisol")
    assert full_name("周", None, None, None).label == "周"
    assert full_name(None, None, None, None).label == ""
    assert full_name("Иванов", "Иван", None, None) == FullName("Иванов Иван", None)


def test_english_name_replaces_a_missing_given_name():
    assert full_name("周", "立民", "Zhou", None, "given_first", english_name="Michael").latin == "Michael Zhou"
    assert full_name("周", "立民", "Zhou", "Limin", english_name="Michael").latin == "Zhou Limin"


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("周立民", "周"),
        ("Tom Okafor", "TO"),
        ("Anna Maria Reyes", "AR"),
        ("émile", "É"),
        ("", "?"),
        (None, "?"),
        ("(3M)", "3"),
        ("李 Ming", "李"),
    ],
)
def test_initials_of_a_name(label, letters):
    assert initials_of(label) == letters


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("周立民", "zh-Hans"),
        ("张伟", "zh-Hans"),
        ("張偉", "zh-Hant"),
        ("華東 Water", "zh-Hant"),
        ("Water", None),
        ("東京ハイアール", None),
        ("", None),
        (None, None),
        ("总经理 經", "zh-Hans"),
    ],
)
def test_lang_of_a_text(text, lang):
    assert lang_of(text) == lang


@pytest.mark.parametrize(
    ("family_name", "title", "spoken"),
    [
        ("周", "总经理", "周总"),
        ("周", "副总经理", "周总"),
        ("周", "经理", "周经理"),
        ("周", "市场部副经理", "周经理"),
        ("王", "主任", "王主任"),
        ("王", "办公室副主任", "王主任"),
        ("林", "總經理", "林總"),
        ("陳", "副處長", "陳處長"),
        ("钱", "董事长兼总经理", "钱董"),
        ("赵", "高级工程师", "赵工"),
        ("李", "总工程师", "李总工"),
        ("孙", "副总", "孙总"),
        ("欧阳", "副总裁", "欧阳总"),
        ("陈", "副总领事", "陈总领事"),
        ("吴", "总经理助理", "吴助理"),
        ("何", "副教授", "何教授"),
        ("冯", "Director", None),
        ("冯", "", None),
        ("", "经理", None),
        (None, None, None),
    ],
)
def test_address_is_proposed_from_family_name_and_title(family_name, title, spoken):
    assert propose_address(family_name, title) == spoken


@pytest.mark.parametrize(
    ("family_name", "given_name", "latin"),
    [
        ("周", "立民", ("Zhou", "Limin")),
        ("欧阳", "文", ("Ouyang", "Wen")),
        ("吕", "辉", ("Lü", "Hui")),
        ("單", "雄信", ("Shan", "Xiongxin")),
        ("尉迟恭", None, ("Yuchi", "Gong")),
        ("Smith", "John", None),
        (None, None, None),
    ],
)
def test_latin_spelling_is_suggested_by_the_standard(family_name, given_name, latin):
    assert suggest_latin(family_name, given_name) == latin


def test_native_name_is_split_into_family_and_given_name():
    assert split_family("歐陽娜娜") == ("歐陽", "娜娜")
    assert split_family("张伟") == ("张", "伟")
    assert split_family("欧阳") == ("欧", "阳")


def test_pinyin_word_is_split_into_syllables():
    assert split_latin("limin") == ("li", "min")
    assert split_latin("xiongxin") == ("xiong", "xin")
    assert split_latin("smith") is None
    assert split_latin("a" * 30) is None


def test_characters_are_converted_as_by_the_whole_dictionary():
    whole = opencc.OpenCC("s2t")
    characters = [chr(code) for first, end in ((0x3400, 0xA000), (0xF900, 0xFB00)) for code in range(first, end)]
    assert [c for c in characters if _traditionalizer().convert(c) != whole.convert(c)] == []


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("周经理", "周"),
        (" 王总", "王"),
        ("歐陽老師", "歐陽"),
        ("李先生", "李"),
        ("经理", ""),
        ("周立民", ""),
        ("Zhou", ""),
    ],
)
def test_family_name_in_a_form_of_address(text, family):
    assert family_of_address(text) == family
