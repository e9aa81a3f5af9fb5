"""Sort keys of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import city_key, person_sort_key, sort_key
from crm.names.sorting import MAX_CHARS


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Zhou Limin", "zhou limin"),
        ("周立民", "zhou li min"),
        ("Ångström & Co.", "angstrom co"),
        ("重庆", "chong qing"),
        ("華東 Water", "hua dong water"),
        ("  Ćevapi ", "cevapi"),
        ("Иванов", "ivanov"),
        (None, "~"),
        ("", "~"),
    ],
)
def test_sort_key_is_folded(text, key):
    assert sort_key(text) == key


def test_han_and_latin_names_sort_together_and_unreadable_ones_last():
    names = ["ハイアール", "Zhao", "周立民", "吕", "罗", "Adams", "محمد", "Zhou Lian", "张伟", "卢"]

    read = ["Adams", "卢", "罗", "吕", "محمد", "张伟", "Zhao", "周立民", "Zhou Lian"]
    assert sorted(names, key=sort_key) == [*read, "ハイアール"]


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("曾", "国藩", None, None), "zeng guo fan"),
        (("張", "偉", "Cheung", "Wai"), "cheung wai"),
        (("欧阳", "文", None, None), "ou yang wen"),
        (("单雄信", None, None, None), "shan xiong xin"),
        ((None, None, "Smith", None), "smith"),
        ((None, None, None, "Marisol"), "marisol"),
        (("吕", None, None, None), "lv"),
        (("Иванов", "Иван", None, None), "ivanov ivan"),
        ((None, None, None, None), "~"),
    ],
)
def test_person_sorts_by_family_name(parts, key):
    assert person_sort_key(*parts) == key


@given(st.text(max_size=300))
def test_sort_key_is_short_nonempty_ascii(text):
    key = sort_key(text)

    assert 1 <= len(key) <= MAX_CHARS
    assert key.isascii()
    assert key == key.lower().strip()
    assert key == sort_key(text)


@given(*[st.text(max_size=20) | st.none()] * 4)
def test_person_sort_key_is_short_nonempty_ascii(family_name, given_name, family_latin, given_latin):
    key = person_sort_key(family_name, given_name, family_latin, given_latin)

    assert 1 <= len(key) <= MAX_CHARS
    assert key.isascii()


@pytest.mark.parametrize(("city", "key"), [(None, ""), ("", ""), ("宁波", "ning bo"), ("Ningbo", "ningbo")])
def test_key_of_a_city_is_empty_without_one(city, key):
    assert city_key(city) == key
