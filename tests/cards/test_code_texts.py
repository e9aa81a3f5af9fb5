"""The texts of codes on business cards, as programs in China and Japan write them."""

from __future__ import annotations

import pytest

from crm.cards.codes import read_code
from crm.cards.worker import is_card

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCARD\nVERSION:3.0\nN:周立民;;;;\nFN:周立民\nTEL:13800000000\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:3.0\nN:周立民\nTEL:13800000000\nEND:VCARD",
        "MECARD:N:周立民;TEL:13800000000;;",
    ],
)
def test_whole_chinese_name_is_split(text):
    names = read_code(text).names
    assert (names.family_native, names.given_native) == ("周", "立民")


@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n", "\nEND:VCARD", "\r\nend:vcard \r\n"])
def test_card_without_its_last_line_is_read(end):
    person = read_code(f"BEGIN:VCARD\nVERSION:3.0\nN:周;立民\nFN:周立民\nORG:莲桥国际商务\nTEL:13800000000{end}")
    assert (person.names.family_native, person.organization_native) == ("周", "莲桥国际商务")
    assert [phone.value for phone in person.phones] == ["13800000000"]


def test_last_line_named_in_a_note_ends_no_card():
    person = read_code("BEGIN:VCARD\nVERSION:3.0\nN:Zhou;Limin\nNOTE:END:VCARD\nTEL:13800000000")
    assert [phone.value for phone in person.phones] == ["13800000000"]


@pytest.mark.parametrize("family", ["佐々木", "長谷川"])
def test_japanese_family_name_alone_is_not_split(family):
    names = read_code(f"BEGIN:VCARD\nVERSION:3.0\nN:{family};;;;\nFN:{family}\nTEL:+81312345678\nEND:VCARD").names
    assert (names.family_native, names.given_native, names.english_name) == (family, "", "")


@pytest.mark.parametrize(
    ("name", "family_name", "given_name"),
    [
        ("Limin Zhou", "Zhou", "Limin"),
        ("Zhou,Limin", "Zhou", "Limin"),
        ("Zhou", "Zhou", ""),
        ("De la Cruz,Ana", "De la Cruz", "Ana"),
        ("Zhou\u3000Limin", "Zhou", "Limin"),
        ("Zhou，Limin", "Zhou", "Limin"),
    ],
)
def test_mecard_name_without_a_comma_is_a_whole_name(name, family_name, given_name):
    names = read_code(f"MECARD:N:{name};TEL:+8613800000000;;").names
    assert (names.family_latin, names.given_latin) == (family_name, given_name)


@pytest.mark.parametrize(
    "before", ["\ufeff", "\r\n", " ", "\t", "\u200b", "\u3000", "\ufeff\n ", "Contact\n", "Contact\r\n\t"]
)
@pytest.mark.parametrize(
    "text", ["MECARD:N:Zhou,Limin;TEL:+8613800000000;;", "BEGIN:VCARD\nVERSION:3.0\nN:Zhou;Limin\nEND:VCARD"]
)
def test_card_after_a_byte_order_mark_blanks_or_another_line_is_read(before, text):
    assert is_card(before + text)
    assert read_code(before + text).names.family_latin == "Zhou"


@pytest.mark.parametrize(
    "text", ["", "https://example.cn/MECARD:N:Zhou;;", "Contact MECARD:N:Zhou,Limin;;", "See BEGIN:VCARD"]
)
def test_text_that_mentions_a_card_is_no_card(text):
    assert not is_card(text)
    assert read_code(text) is None


def test_card_in_the_note_of_a_card_is_not_read():
    card = "BEGIN:VCARD\nVERSION:3.0\nN:Zhou;Limin\nNOTE:My code\nMECARD:N:Wu,Min;;\nEND:VCARD"
    assert read_code(card).names.family_latin == "Zhou"


@pytest.mark.parametrize(
    ("address", "street", "city"),
    [
        (",,123 Binhai Rd,Ningbo,,315000,China", "123 Binhai Rd", "Ningbo"),
        ("123 Binhai Rd", "123 Binhai Rd", ""),
        ("123 Binhai Rd, Ningbo", "123 Binhai Rd, Ningbo", ""),
        (r",,123 Binhai Rd\, Bldg 4,Ningbo,,315000,China", "123 Binhai Rd, Bldg 4", "Ningbo"),
        (
            r"Rm 1\, Bldg 2\, No. 3\, Binhai Rd\, Beilun\, Ningbo\, China",
            "Rm 1, Bldg 2, No. 3, Binhai Rd, Beilun, Ningbo, China",
            "",
        ),
    ],
)
def test_parts_of_an_address_are_read(address, street, city):
    person = read_code(f"MECARD:N:Zhou,Limin;TEL:+8613800000000;ADR:{address};;")
    assert ([one.text for one in person.addresses], person.city) == ([street], city)
