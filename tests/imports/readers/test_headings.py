"""Headings of real exports, plain sheets in two languages, and columns that are never imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.headings import (
    allowed_mapping,
    blocked_heading_reason,
    guess_columns,
    guessed_mapping,
    heading_set_key,
    mapping_from_codes,
    mapping_to_codes,
)

SAMPLES = Path(__file__).parents[2] / "samples" / "contacts_csv"


def _codes(kind: str, headings: list[str], rows=()) -> list[str]:
    return mapping_to_codes(guessed_mapping(guess_columns(kind, headings, rows)))


def _guesses(name: str) -> dict[str, str]:
    """Heading -> code, of a sample's row of headings; "never" for a column that is never imported."""
    lines = decode_bytes((SAMPLES / name).read_bytes()).text.splitlines()
    headings = next(line for line in lines if line.count(",") > 3).split(",")
    return {
        guess.heading: "never" if guess.blocked_reason else guess.target.code if guess.target else ""
        for guess in guess_columns("people", headings)
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "google_contacts_current.csv",
            {
                "First Name": "given_latin",
                "Last Name": "family_latin",
                "Middle Name": "middle_latin",
                "Phonetic First Name": "given_phonetic",
                "Phonetic Middle Name": "",
                "Nickname": "english_name",
                "Organization Name": "organization",
                "Organization Title": "title",
                "Birthday": "never",
                "Labels": "label",
                "E-mail 1 - Label": "email_label#1",
                "E-mail 1 - Value": "email#1",
                "Phone 1 - Value": "phone#1",
                "Address 1 - City": "city#1",
                "Address 1 - Country": "country#1",
                "Website 1 - Label": "",
                "Website 1 - Value": "website#1",
            },
        ),
        (
            "google_contacts_old.csv",
            {
                "Name": "full_name",
                "Given Name": "given_latin",
                "Family Name Yomi": "family_phonetic",
                "E-mail 1 - Type": "email_label#1",
                "Organization 1 - Name": "organization",
                "Organization 1 - Title": "title",
                "Occupation": "",
                "Gender": "never",
                "Group Membership": "label",
            },
        ),
        (
            "outlook_en_headers.csv",
            {
                "Title": "honorific",
                "Job Title": "title",
                "First Name": "given_latin",
                "Company": "organization",
                "Government ID Number": "never",
                "Spouse": "never",
                "Children": "never",
                "Anniversary": "never",
                "Gender": "never",
                "Birthday": "never",
                "Business City": "city:work",
                "Home City": "city:home",
                "E-mail 2 Address": "email#2",
                "E-mail 2 Type": "",
                "E-mail Display Name": "",
                "Account": "",
                "Business Phone": "phone:work",
                "Business Phone 2": "phone:work#2",
                "Business Fax": "phone:fax",
                "Pager": "",
                "Manager's Name": "",
                "Web Page": "website",
                "TTY/TDD Phone": "",
            },
        ),
        (
            "outlook_zh_headers_gbk.csv",
            {
                "名": "given_native",
                "姓": "family_native",
                "单位": "organization",
                "职务": "title",
                "中文称谓": "honorific",
                "身份证编号": "never",
                "工作证号码": "never",
                "配偶": "never",
                "子女": "never",
                "性别": "never",
                "生日": "never",
                "纪念日": "never",
                "移动电话": "phone:mobile",
                "商务传真": "phone:fax",
                "电子邮件地址": "email",
                "电子邮件 2 地址": "email#2",
                "电子邮件类型": "",
                "商务地址 市/县": "city:work",
                "商务地址 街道 2": "street2:work",
                "商务地址 - 邮箱": "po_box:work",
                "经理姓名": "",
                "助理的姓名": "",
                "附注": "note",
                "网页": "website",
                "寻呼机": "",
            },
        ),
        (
            "linkedin_connections.csv",
            {
                "First Name": "given_latin",
                "URL": "website",
                "Email Address": "email",
                "Company": "organization",
                "Position": "title",
                "Connected On": "",
            },
        ),
        (
            "hubspot_contacts.csv",
            {
                "Record ID": "",
                "Email": "email",
                "Job Title": "title",
                "Company Name": "organization",
                "Associated Company": "",
                "Associated Company IDs": "",
                "State/Region": "region",
                "Country/Region": "country",
                "Contact owner": "",
            },
        ),
    ],
)
def test_guess_columns_knows_the_exports_of_other_programs(name, expected):
    guesses = _guesses(name)

    assert {heading: guesses[heading] for heading in expected} == expected


def test_guess_columns_knows_salesforce():
    headings = [
        "Salutation",
        "First Name",
        "Last Name",
        "Title",
        "Account Name",
        "Mailing Street",
        "Mailing City",
        "Mailing Zip/Postal Code",
        "Mailing Country",
        "Phone",
        "Mobile",
        "Email",
        "Email Opt Out",
    ]

    assert _codes("people", headings) == [
        "honorific",
        "given_latin",
        "family_latin",
        "title",
        "organization",
        "street",
        "city",
        "postcode",
        "country",
        "phone",
        "phone:mobile",
        "email",
        "",
    ]


@pytest.mark.parametrize(
    "headings",
    ["姓名 公司 职务 电话 手机 微信 邮箱 城市 地址 备注", "姓名 公司 職務 電話 手機 微信 郵箱 城市 地址 備註"],
)
def test_guess_columns_knows_plain_chinese_sheets_in_both_scripts(headings):
    assert _codes("people", headings.split()) == [
        "full_name",
        "organization",
        "title",
        "phone",
        "phone:mobile",
        "wechat",
        "email",
        "city",
        "address",
        "note",
    ]


def test_guess_columns_marks_what_it_only_guesses():
    guesses = guess_columns("people", ["参会人姓名(必填)", "联系手机号码（请填写）", "E-MAIL", "颜色", "Phonetics"])

    assert [(mapping_to_codes([guess.target])[0], guess.is_certain) for guess in guesses] == [
        ("full_name", False),
        ("phone:mobile", False),
        ("email", True),
        ("", False),
        ("", False),
    ]


def test_guess_columns_helps_itself_with_the_values():
    rows = [
        ("a@demo.example", "138 0013 8000", "宁波水务有限公司", "x"),
        ("b@demo.example", "13900138000", "A LLC", "2026"),
    ]

    assert _codes("people", ["F1", "F2", "F3", "F4"], rows) == ["email", "phone:mobile", "organization", ""]


def test_guess_columns_never_takes_a_column_of_identity_numbers():
    rows = [("11010519491231002X",), ("440524188001010014",)]

    guess = guess_columns("people", ["证"], rows)[0]

    assert guess.target is None
    assert guess.blocked_reason is not None
    assert guess_columns("people", ["证"], [("110105194912310021",)])[0].blocked_reason is None


def test_guess_columns_gives_a_single_field_to_the_surest_column():
    assert _codes("people", ["客户公司名称简称", "公司", "公司"]) == ["", "organization", ""]
    assert _codes("people", ["Email", "Email", "备注", "备注"]) == ["email", "email", "note", "note"]


@pytest.mark.parametrize(
    ("kind", "headings", "codes"),
    [
        (
            "organizations",
            "Name,Native name,Roles,Country,City,Website,Phone,Email,Address,Counselor,Team,Sectors,Note",
            "name,native_name,roles,country,city,website,phone,email,address,counselor,team,sectors,note",
        ),
        ("organizations", "公司名称,行业,城市,网址,统一社会信用代码", "native_name,sectors,city,website,uscc"),
        ("followups", "title,due,zone,counselor,about,side", "title,due,zone,counselor,about,side"),
        (
            "interactions",
            "Kind,Date,Time,Zone,Subject,Notes,People,Organization,Contact minutes,Prep minutes,Funder",
            "kind,date,time,zone,subject,notes,people,organization,contact_minutes,prep_minutes,funder",
        ),
    ],
)
def test_guess_columns_knows_the_other_kinds(kind, headings, codes):
    assert _codes(kind, headings.split(",")) == codes.split(",")


@pytest.mark.parametrize(
    "heading",
    [
        "Government ID Number",
        "身份证编号",
        "身份證號",
        "参会人身份证号(必填)",
        "Passport No.",
        "护照号码",
        "Gender",
        "性别",
        "Birthday",
        "Date of Birth",
        "生日",
        "Spouse",
        "Children",
        "Anniversary",
        "婚姻状况",
        "银行账号",
        "Password",
        "SSN",
    ],
)
def test_never_why_has_a_reason_for_private_columns(heading):
    assert str(blocked_heading_reason(heading))


@pytest.mark.parametrize(
    "heading", ["Name", "Sussex", "Management", "Pinyin", "Postal code", "语言", "手机", "Passing note"]
)
def test_never_why_lets_ordinary_columns_pass(heading):
    assert blocked_heading_reason(heading) is None


def test_allowed_drops_private_columns_that_somebody_mapped():
    mapping = mapping_from_codes("people", ["note", "full_name"])

    assert mapping_to_codes(allowed_mapping(["身份证编号", "姓名", "more"], mapping)) == ["", "full_name", ""]


def test_mapping_survives_being_kept():
    mapping = guessed_mapping(
        guess_columns("people", ["E-mail 1 - Value", "Business Street 2", "商务电话 2", "Phone 1 - Label"])
    )

    assert mapping_from_codes("people", mapping_to_codes(mapping)) == mapping
    assert mapping_to_codes(mapping_from_codes("people", ["password", "uid", ""])) == ["", "uid", ""]


def test_heading_set_key_is_stable_over_spelling_and_changes_with_order():
    key = heading_set_key(["姓名", "E-mail", "电话"])

    assert key == heading_set_key([" 姓名 ", "e mail", "電話"])
    assert key != heading_set_key(["E-mail", "姓名", "电话"])
    assert key != heading_set_key(["姓名", "E-mail"])
    # Kept mappings are found by it: a change of the key would lose them all.
    assert key == "be3476fae46ea3104dc724a9f7fe5dc5"
