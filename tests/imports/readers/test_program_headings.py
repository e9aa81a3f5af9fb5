"""Headings of other programs and of plain Chinese sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.headings import guess_columns, guessed_mapping, mapping_to_codes

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
                "Contact owner": "counselor",
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
    ("kind", "columns"),
    [
        ("people", {"Company / Account": "organization", "Lead Owner": "counselor", "Lead Status": ""}),
        ("people", {"Account Owner": "", "Contact Owner": "counselor", "Account Name": "organization"}),
        ("people", {"负责人": "", "顾问": "counselor"}),
        ("organizations", {"Category": "", "Categories": "", "分组": "", "Tags": "label", "负责人": "counselor"}),
        ("shows", {"Hall": "halls", "Halls": "halls", "Venue": "venue"}),
        ("people", {"Given Yomi": "given_phonetic", "Surname Yomi": "family_phonetic"}),
        ("opportunities", {"Opportunity Owner": "counselor", "Opportunity Name": "title", "Account Name": "client"}),
        ("opportunities", {"Deal Name": "title", "Deal owner": "counselor", "Associated Company": "client"}),
        ("products", {"Product Name": "name", "Product Description": "description", "Product Code": ""}),
        ("products", {"公司": "client", "产品名称": "name", "描述": "description", "海关编码": "hs6", "税号": "hs6"}),
        (
            "projects",
            {"项目名称": "name", "国家": "country", "投资额": "value", "行业": "sectors", "投标截止时间": "bid_wall"},
        ),
        (
            "shows",
            {"展会名称": "name", "开幕日期": "starts_on", "城市": "city", "主办单位": "organizer", "备注": "note"},
        ),
        ("needs", {"需求名称": "title", "项目": "project", "数量": "quantity", "交货期": "needed_by", "规格": "spec"}),
        (
            "representations",
            {"客户": "client", "代理公司": "organization", "是否独家": "exclusive", "开始日期": "from_on"},
        ),
    ],
)
def test_guess_columns_knows_headings_of_other_records(kind, columns):
    assert {heading: _codes(kind, [heading])[0] for heading in columns} == columns


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


def test_associated_company_is_the_organization_where_no_other_column_is():
    assert _codes("people", ["First Name", "Associated Company"]) == ["given_latin", "organization"]
    assert _codes("people", ["Name", "Associated Company", "Company Name"]) == ["full_name", "organization", ""]
