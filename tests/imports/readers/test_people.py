"""Rows of people: scripts sorted, values checked, every skipped value named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.imports.readers.addresses import PostalAddress
from crm.imports.readers.headings import Mapping, guess_columns, guessed_mapping, mapping_from_codes
from crm.imports.readers.people import ParsedPerson, read_people
from crm.imports.readers.person_names import ParsedName
from crm.imports.readers.tables import read_table
from crm.imports.readers.values import LabeledValue

SAMPLES = Path(__file__).parents[2] / "samples" / "contacts_csv"


def _people(data: str | bytes, mapping: Mapping | None = None) -> list[ParsedPerson]:
    table = read_table(data.encode() if isinstance(data, str) else data)
    rows = [row.cells for row in table.rows[:20]]
    return list(read_people(table, mapping or guessed_mapping(guess_columns("people", table.headings, rows))))


def _problems(row: ParsedPerson) -> list[tuple[str, str, bool]]:
    return [(problem.column, str(problem.message), problem.refuses) for problem in row.problems]


def test_read_people_reads_a_google_export():
    assert _people((SAMPLES / "google_contacts_current.csv").read_bytes()) == [
        ParsedPerson(
            line=2,
            names=ParsedName("张", "伟", "Zhang", "Wei", "David"),
            organization_native="示例科技有限公司",
            title_native="总经理",
            emails=(LabeledValue("work", "zhangwei@example.cn"),),
            phones=(LabeledValue("mobile", "+86 138 0013 8000"),),
            addresses=(PostalAddress("work", "", "深圳", "广东", "518000", "CN"),),
        )
    ]


def test_read_people_reads_a_linkedin_export():
    rows = _people((SAMPLES / "linkedin_connections.csv").read_bytes())

    assert [(row.line, row.names.latin, row.organization_name, row.title, row.is_refused) for row in rows] == [
        (5, "Wei Zhang", "Example Technology Co., Ltd.", "General Manager", False),
        (6, "Neha", "Example", 'Senior "Platform" Engineer', False),
        (7, "", "", "", True),
    ]


def test_read_people_reads_a_chinese_outlook_export_without_private_columns():
    head = (SAMPLES / "outlook_zh_headers_gbk.csv").read_bytes().decode("gb18030").strip()
    values = {
        "姓": "周",
        "名": "立民",
        "单位": "华东水务",
        "职务": "采购经理",
        "移动电话": "13800000000",
        "身份证编号": "11010519491231002X",
        "商务地址 市/县": "宁波",
        "商务地址 国家/地区": "中国",
        "配偶": "卢敏",
        "电子邮件 2 地址": "zhou@demo.example",
    }
    line = ",".join(values.get(heading, "") for heading in head.split(","))

    row = _people(f"{head}\r\n{line}\r\n".encode("gb18030"))[0]

    assert row == ParsedPerson(
        line=2,
        names=ParsedName("周", "立民"),
        organization_native="华东水务",
        title_native="采购经理",
        emails=(LabeledValue("", "zhou@demo.example"),),
        phones=(LabeledValue("mobile", "13800000000"),),
        addresses=(PostalAddress("work", "", "宁波", "", "", "CN"),),
    )
    assert "11010519491231002X" not in repr(row)
    assert "卢敏" not in repr(row)


def test_read_people_reads_the_honorific_of_english_outlook():
    head = (SAMPLES / "outlook_en_headers.csv").read_text(encoding="utf-8").strip()
    values = {
        "Title": "Dr.",
        "First Name": "Lena",
        "Last Name": "Ott",
        "Job Title": "CEO",
        "Business Phone": "1 555 0100 000",
        "Business Phone 2": "1 555 0100 001",
        "Home Street": "1 Elm",
        "Business Street": "2 Oak",
        "Gender": "Unspecified",
    }
    line = ",".join(values.get(heading, "") for heading in head.split(","))

    row = _people(f"{head}\r\n{line}\r\n")[0]

    assert (row.names, row.title) == (ParsedName("", "", "Ott", "Lena", honorific="Dr."), "CEO")
    assert row.phones == (LabeledValue("work", "1 555 0100 000"), LabeledValue("work", "1 555 0100 001"))
    assert [address.text for address in row.addresses] == ["2 Oak", "1 Elm"]
    assert "Unspecified" not in repr(row)


def test_read_people_checks_addresses_and_phones_and_keeps_the_rest():
    row = _people("Name,Email,Mobile,Phone\nAnna Ott,anna at demo.example,1.38E+10,电话\n")[0]

    assert (row.emails, row.phones, row.is_refused) == ((), (), False)
    assert _problems(row) == [
        ("Email", "“anna at demo.example” isn't an email address. Use a format like name@example.org.", False),
        ("Mobile", "Enter the full phone number. The spreadsheet shortened it to “1.38E+10”.", False),
        ("Phone", "“电话” isn't a phone number. Check the digits.", False),
    ]


@pytest.mark.parametrize("cell", ["lina@@lotus.example", "june@@park"])
def test_address_with_two_signs_is_quoted_as_typed(cell):
    assert _problems(_people(f"Name,Email\nAnna Ott,{cell}\n")[0]) == [
        ("Email", f"“{cell}” isn't an email address. Use a format like name@example.org.", False)
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a@demo.example; b@demo.example", ["a@demo.example", "b@demo.example"]),
        ("a@demo.example ::: b@demo.example", ["a@demo.example", "b@demo.example"]),
        ("a@demo.example、b@demo.example", ["a@demo.example", "b@demo.example"]),
        ("a@demo.example b@demo.example", ["a@demo.example", "b@demo.example"]),
        ("Anna <a@demo.example>", ["a@demo.example"]),
        ('"Ott, Anna" <a@demo.example>', ["a@demo.example"]),
        ("mailto:a@demo.example", ["a@demo.example"]),
        ("a＠demo.example", ["a@demo.example"]),
        ("a@DEMO.example; a@demo.example", ["a@demo.example"]),
        ("王@例子.中国", ["王@例子.中国"]),
        ("a@localhost", []),
        ("a@demo.example\rBcc: x@demo.example", ["a@demo.example"]),
        ("n/a", []),
        ("-", []),
    ],
)
def test_read_people_finds_the_addresses_of_a_cell(cell, expected):
    quoted = cell.replace('"', '""')

    assert [mail.value for mail in _people(f'Name,Email\nAnna,"{quoted}"\n')[0].emails] == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("１３８ 0013 8000", ["138 0013 8000"]),
        ("0574-87000000/13800138000", ["0574-87000000", "13800138000"]),
        ("010-6532 6655转801", ["010-6532 6655转801"]),
        ("+1 (555) 010-0000 x12; +86 138 0013 8000", ["+1 (555) 010-0000 x12", "+86 138 0013 8000"]),
        ("400-810-0000", ["400-810-0000"]),
        ("13800138000,13900138000", ["13800138000", "13900138000"]),
        ("无", []),
    ],
)
def test_read_people_keeps_phones_as_written(cell, expected):
    assert [phone.value for phone in _people(f'Name,Phone\nAnna,"{cell}"\n')[0].phones] == expected


def test_read_people_gives_each_of_several_values_its_label():
    text = (
        "First Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
        "Anna,* myContacts ::: Ningbo 2026,* Work ::: Home,a@demo.example ::: b@demo.example,手机,138 0013 8000\n"
    )

    row = _people(text)[0]

    assert row.emails == (LabeledValue("work", "a@demo.example"), LabeledValue("home", "b@demo.example"))
    assert row.phones == (LabeledValue("mobile", "138 0013 8000"),)
    assert row.labels == ("Ningbo 2026",)


def test_read_people_names_a_country_that_it_does_not_know():
    rows = _people("Name,City,Country\nA,Ningbo,P.R. China\nB,Taipei,臺灣\nC,X,Atlantis\nD,LA,usa\nE,Paris,Francia\n")

    assert [row.country for row in rows] == ["CN", "TW", "", "US", "FR"]
    assert _problems(rows[2]) == [("Country", "“Atlantis” isn't a country. The country was left blank.", False)]
    assert rows[2].city == "X"


def test_read_people_refuses_rows_without_a_name_and_with_an_endless_one():
    long = "x" * 10_000
    rows = _people(f"Name,Email\n{long},a@demo.example\n,b@demo.example\n{'张' * 60},\nAnna,\n")

    assert [row.is_refused for row in rows] == [True, True, True, False]
    assert _problems(rows[0]) == [("Name", "Use at most 120 characters. This text has 10,000.", True)]
    assert _problems(rows[1]) == [("", "Enter a name.", True)]


def test_read_people_names_skipped_cells():
    row = _people(f"Name,WeChat,Website\nAnna,{'w' * 61},javascript:alert(1),surplus\n")[0]

    assert (row.wechat, row.websites) == ("", ())
    assert {column for column, _message, _refuses in _problems(row)} == {"", "WeChat", "Website"}
    assert ("", "Cells to the right of the last header were skipped: surplus", False) in _problems(row)


def test_read_people_never_takes_a_private_column_even_when_mapped():
    mapping = mapping_from_codes("people", ["full_name", "note"])

    row = _people("姓名,身份证号\n张伟,11010519491231002X\n", mapping)[0]

    assert (row.names.native, row.note) == ("张伟", "")


def test_read_people_joins_notes_and_keeps_their_lines():
    assert _people('Name,Note,备注\nAnna,"one\ntwo",three\n')[0].note == "one\ntwo\nthree"


def test_read_people_gathers_addresses_in_both_scripts():
    text = f"Name,Address,中文地址,City,Zip\nAnna,{'x' * 401},宁波市江东路1号,Ningbo,{'9' * 21}\n"

    row = _people(text)[0]

    assert row.addresses == (PostalAddress("", "", "Ningbo"), PostalAddress(text="宁波市江东路1号"))
    assert [address.is_native for address in row.addresses] == [False, True]
    assert {column for column, _message, _refuses in _problems(row)} == {"Address", "Zip"}
