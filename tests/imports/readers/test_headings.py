"""Guesses of fields by headings and values, and columns that are never imported."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_guess_columns_marks_what_it_only_guesses():
    guesses = guess_columns("people", ["参会人姓名(必填)", "联系手机号码（请填写）", "E-MAIL", "颜色", "Phonetics"])

    assert [(mapping_to_codes([guess.target])[0], guess.is_certain) for guess in guesses] == [
        ("full_name", False),
        ("phone:mobile", False),
        ("email", True),
        ("", False),
        ("", False),
    ]


def test_guess_columns_uses_values():
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


def test_guess_columns_gives_a_single_field_to_the_most_certain_column():
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
def test_blocked_heading_reason_is_given_for_private_columns(heading):
    assert str(blocked_heading_reason(heading))


@pytest.mark.parametrize(
    "heading", ["Name", "Sussex", "Management", "Pinyin", "Postal code", "语言", "手机", "Passing note"]
)
def test_blocked_heading_reason_is_none_for_ordinary_columns(heading):
    assert blocked_heading_reason(heading) is None


def test_allowed_mapping_drops_private_columns():
    mapping = mapping_from_codes("people", ["note", "full_name"])

    assert mapping_to_codes(allowed_mapping(["身份证编号", "姓名", "more"], mapping)) == ["", "full_name", ""]


def test_mapping_is_equal_after_storing():
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
    # Stored mappings are found by it: a change of the key would lose them all.
    assert key == "be3476fae46ea3104dc724a9f7fe5dc5"
