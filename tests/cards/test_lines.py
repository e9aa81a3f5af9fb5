"""The lines and codes of business cards."""

from __future__ import annotations

import pytest

from crm.cards.codes import read_code
from crm.cards.lines import CardLine, read_lines

BILINGUAL = [
    ("华东水务集团有限公司", 45),
    ("Huadong Water Group Co., Ltd.", 35),
    ("周立民 Zhou Limin", 73),
    ("采购经理 / Procurement Manager", 44),
    ("手机 Mobile: +86 139 1234 5678", 32),
    ("电话 Tel: +86 574 8765 4321", 32),
    ("limin.zhou@huadong.example", 39),
    ("微信 WeChat: zhou_lm88", 35),
    ("宁波市江北区人民路100号", 33),
]
AMERICAN = [
    ("ACME SENSORS INC.", 60),
    ("Rosa M. Delgado", 40),
    ("Director of Sales", 20),
    ("100 Main Street, Suite 5, Riverside, CA 92501", 15),
    ("T 951-555-0134 | F 951-555-0135 | M 951-555-0199", 15),
    ("rosa@acme.example | www.acme.example", 15),
]
TRADITIONAL = [("福摩沙水系統股份有限公司", 30), ("總經理", 20), ("王賢明", 50), ("傳真：+886 4 2345 6789", 15)]


def read(lines):
    return read_lines([CardLine(text, height) for text, height in lines])


def phones(person):
    return [(phone.label, phone.value) for phone in person.phones]


def test_bilingual_card_is_read_in_both_scripts():
    person = read(BILINGUAL)
    names = person.names
    assert (names.family_native, names.given_native, names.family_latin, names.given_latin) == (
        "周",
        "立民",
        "Zhou",
        "Limin",
    )
    assert (person.organization, person.organization_native) == (
        "Huadong Water Group Co., Ltd.",
        "华东水务集团有限公司",
    )
    assert (person.title, person.title_native) == ("Procurement Manager", "采购经理")
    assert phones(person) == [("mobile", "+86 139 1234 5678"), ("work", "+86 574 8765 4321")]
    assert [email.value for email in person.emails] == ["limin.zhou@huadong.example"]
    assert (person.wechat, person.addresses[0].text) == ("zhou_lm88", "宁波市江北区人民路100号")


def test_american_card_has_labels_of_its_phones_and_its_address():
    person = read(AMERICAN)
    assert (person.names.given_latin, person.names.family_latin) == ("Rosa M.", "Delgado")
    assert (person.organization, person.title) == ("ACME SENSORS INC.", "Director of Sales")
    assert phones(person) == [("work", "951-555-0134"), ("fax", "951-555-0135"), ("mobile", "951-555-0199")]
    assert person.addresses[0].text == "100 Main Street, Suite 5, Riverside, CA 92501"
    assert person.websites == ("https://www.acme.example",)


def test_traditional_card_takes_the_largest_name():
    person = read(TRADITIONAL)
    assert (person.names.native, person.title_native, phones(person)) == (
        "王賢明",
        "總經理",
        [("fax", "+886 4 2345 6789")],
    )


@pytest.mark.parametrize("lines", [[], [("", 1)], [("|||", 3), ("%$#", 2)], [("x" * 5000, 9)], [("1" * 300, 9)]])
def test_unreadable_lines_give_an_empty_person(lines):
    person = read(lines)
    assert (person.names.is_empty, person.emails, person.phones) == (True, (), ())


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("Dr. Ann Lee, Ph.D.", "Lee", "Ann"),
        ("Jane Doe, P.E., MBA", "Doe", "Jane"),
        ("Pat Quigley, Jr.", "Quigley", "Pat"),
    ],
)
def test_degrees_after_a_name_are_left_out(text, family, given_name):
    names = read([(text, 9), ("Chief Engineer", 3)]).names
    assert (names.family_latin, names.given_latin) == (family, given_name)


def test_codes_are_vcards_and_mecards():
    mecard = read_code("MECARD:N:Zhou,Limin;TEL:+8613912345678;EMAIL:a@b.example;ORG:Huadong;;")
    assert (mecard.names.family_latin, mecard.names.given_latin, mecard.organization) == ("Zhou", "Limin", "Huadong")
    assert phones(mecard) == [("", "+8613912345678")]
    vcard = read_code("BEGIN:VCARD\r\nVERSION:3.0\r\nN:周;立民;;;\r\nTEL;TYPE=CELL:+8613912345678\r\nEND:VCARD\r\n")
    assert (vcard.names.native, phones(vcard)) == ("周立民", [("mobile", "+8613912345678")])
    assert [read_code(text) for text in ("https://u.wechat.com/x", "", "BEGIN:VCARD\r\nEND:VCARD\r\n")] == [None] * 3
