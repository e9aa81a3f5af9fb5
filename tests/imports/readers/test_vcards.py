"""vCards of all versions and of the phones that write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.imports.readers.addresses import PostalAddress
from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.person_names import ParsedName
from crm.imports.readers.values import LabeledValue
from crm.imports.readers.vcards import read_cards
from tests.imports.readers.lookups import card_of, read_one

SAMPLES = Path(__file__).parents[2] / "samples" / "vcard"


def _quoted(text: str, encoding: str) -> str:
    return "".join(f"={byte:02X}" for byte in text.encode(encoding))


def test_read_cards_pairs_scripts_by_altid_and_sort_as():
    assert read_one((SAMPLES / "cn_40_altid.vcf").read_bytes()) == ParsedPerson(
        line=1,
        names=ParsedName("张", "伟", "Zhang", "Wei"),
        organization="Example Technology Co., Ltd.",
        organization_native="示例科技有限公司",
        phones=(LabeledValue("mobile", "+86-138-0013-8000"),),
    )


def test_read_cards_reads_apples_phonetic_names_and_wechat():
    assert read_one((SAMPLES / "cn_apple_30_phonetic_wechat.vcf").read_bytes()) == ParsedPerson(
        line=1,
        names=ParsedName("张", "伟", "Zhang", "Wei"),
        organization_native="示例科技有限公司",
        department="市场部",
        title_native="总经理",
        phones=(LabeledValue("mobile", "+86 138 0013 8000"),),
        wechat="zhangwei_88",
        addresses=(PostalAddress("work", "科技园路1号", "深圳市", "广东省", "518000", "CN"),),
    )


@pytest.mark.parametrize("uid", [[], ["UID:0A4F6E5B-0D9A-4F0E-8B1A-000000000001"]], ids=["no UID", "UID"])
def test_names_of_cards_have_no_additions(uid):
    """Most programs write a UID, as our exports do."""
    row = read_one(card_of("N:Wang, MBA;Xiaoming (Leo);;;", "FN:Xiaoming (Leo) Wang, MBA", *uid))
    assert row.names == ParsedName("", "", "Wang", "Xiaoming", "Leo", suffix="MBA")


@pytest.mark.parametrize(
    ("charset", "encoding"), [("GBK", "gbk"), ("gb2312", "gbk"), ("UTF-8", "utf-8"), ("BIG5", "big5")]
)
def test_read_cards_undoes_quoted_printable_of_phones(charset, encoding):
    mark = f";CHARSET={charset};ENCODING=QUOTED-PRINTABLE:"
    family, given_name, organization = (
        ("張", "偉", "示例科技, 公司; x") if encoding == "big5" else ("张", "伟", "示例科技, 公司; x")
    )

    row = read_one(
        card_of(
            f"N{mark}{_quoted(family, encoding)};{_quoted(given_name, encoding)}",
            f"ORG{mark}{_quoted(organization, encoding)}",
            "TEL;CELL;VOICE:13800138000",
            version="2.1",
        )
    )

    assert row.names == ParsedName(family, given_name)
    assert row.organization_native == organization
    assert row.phones == (LabeledValue("mobile", "13800138000"),)


@pytest.mark.parametrize(
    "lines",
    [
        ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=88=B6=", "=E4=BA=B2;"),
        ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=88=", "=B6=E4=BA=B2;"),
        ("N;CHARSET=UTF-8;QUOTED-PRINTABLE:=E7=88", "=B6=E4=BA=B2;"),
        ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=88", " =B6=E4=BA=B2;"),
        ("N;ENCODING=QUOTED-PRINTABLE:=E7=88=B6=E4=BA=B2;",),
        ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=B8=B8=C7=D7;",),
    ],
)
def test_read_cards_joins_characters_that_a_fold_cut(lines):
    assert read_one(card_of(*lines, version="2.1")).names == ParsedName("父亲", "")


def test_read_cards_joins_raw_utf8_that_a_fold_cut():
    name = "N:张;伟;;;".encode()

    assert read_one(card_of(name[:3], b" " + name[3:])).names == ParsedName("张", "伟")


def test_read_cards_reads_cards_beside_broken_ones():
    data = (
        card_of("FN:Anna Ott")
        + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:No End\r\n"
        + card_of("FN:Boris Ott", "a line of no property", "EMAIL:boris@demo.example")
        + card_of("TEL:1")
        + card_of("FN:Clara Ott", "AGENT:", "BEGIN:VCARD", "FN:Inner", "END:VCARD", "TITLE:Boss", version="2.1")
        + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut"
    )

    rows = read_cards(data).rows

    assert [(row.line, row.names.given_latin, row.is_refused) for row in rows] == [
        (1, "Anna", False),
        (2, "", True),
        (3, "Boris", False),
        (4, "", True),
        (5, "Clara", False),
        (6, "", True),
    ]
    assert [str(rows[index].problems[0].message) for index in (1, 3, 5)] == [
        "This vCard is incomplete.",
        "Enter a name.",
        "This vCard is incomplete.",
    ]
    assert rows[2].emails == (LabeledValue("", "boris@demo.example"),)
    assert rows[4].title == "Boss"


def test_read_cards_skips_private_properties_with_a_note():
    cards = read_cards(
        card_of(
            "FN:Anna Ott", "BDAY:1970-01-01", "item1.X-ABRELATEDNAMES:Carl", "item1.X-ABLabel:_$!<Spouse>!$_", "NOTE:x"
        )
    )

    assert cards.ignored_properties == ("BDAY", "X-ABRELATEDNAMES")
    assert "1970" not in repr(cards.rows)
    assert "Carl" not in repr(cards.rows)


@pytest.mark.parametrize(
    "line",
    [
        "X-WECHAT:zhou_lm",
        "IMPP:wechat:zhou_lm",
        "X-SOCIALPROFILE;TYPE=WeChat:weixin://dl/chat?zhou_lm",
        "IMPP;X-SERVICE-TYPE=WeChat:x-apple:zhou_lm",
        "X-SOCIALPROFILE;type=wechat;x-user=zhou_lm:",
    ],
)
def test_read_cards_finds_wechat_wherever_it_stands(line):
    assert read_one(card_of("FN:Zhou", line)).wechat == "zhou_lm"


def test_read_cards_reads_notes_labels_and_sites():
    row = read_one(
        card_of(
            "N:Ott;Anna;Maria;Dr.;",
            "NICKNAME:Annie",
            "NOTE:one\\ntwo\\, three",
            "CATEGORIES:Ningbo,2026",
            "item1.URL:http\\://a.example",
            "item2.TEL:+1 555 010 0000",
            "item2.X-ABLabel:_$!<WorkFAX>!$_",
            "EMAIL;TYPE=INTERNET;TYPE=WORK:a@demo.example",
            "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Ann;1;;",
        )
    )

    assert row.names == ParsedName("", "", "Ott", "Anna Maria", "Annie", "", "Dr.")
    assert (row.note, row.labels, row.websites) == ("one\ntwo, three", ("Ningbo", "2026"), ("http://a.example",))
    assert (row.phones, row.emails) == (
        (LabeledValue("fax", "+1 555 010 0000"),),
        (LabeledValue("work", "a@demo.example"),),
    )


def test_read_cards_takes_the_nickname_of_android():
    custom = "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Ann;1;;"

    assert read_one(card_of("FN:张伟", "NICKNAME:小张", custom)).names.english_name == "Ann"


def test_read_cards_accepts_an_address_without_a_country():
    row = read_one(card_of("FN:Li Hui", "ADR;TYPE=HOME:;;123 Home St;Home City;;;"))
    assert (row.addresses[0].city, row.problems) == ("Home City", ())


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("N:;;;;", "FN:Acme Corp", "ORG:Acme Corp;", "X-ABShowAs:COMPANY"), "about an organization"),
        (("FN:Acme Corp", "ORG:Acme Corp"), "about an organization"),
        (("KIND:org", "FN:Acme Corp"), "about an organization"),
        (("FN:Acme Corp", "X-ADDRESSBOOKSERVER-KIND:group"), "a group of contacts"),
    ],
)
def test_card_of_a_company_or_a_group_is_no_person(lines, reason):
    row = read_one(card_of(*lines))
    assert (row.is_refused, row.names) == (True, ParsedName(full_name="Acme Corp"))
    assert reason in str(row.problems[0].message)


@pytest.mark.parametrize("mark", ["X-ABShowAs:COMPANY", "NOTE:Consultant"])
@pytest.mark.parametrize(("name", "full"), [("N:Lee;Ann;;;", "Ann Lee"), ("N:Ma;Jun;;;", "Ma Jun")])
def test_card_of_a_person_at_a_company_of_the_same_name_is_a_person(name, full, mark):
    assert not read_one(card_of(name, f"FN:{full}", f"ORG:{full}", mark)).is_refused
