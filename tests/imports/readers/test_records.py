"""Rows of organizations, interactions and follow-ups."""

# ruff: noqa: E501 - one case per line
from __future__ import annotations

import datetime as dt

from crm.imports.readers.addresses import PostalAddress
from crm.imports.readers.followups import ParsedFollowUp, read_followups
from crm.imports.readers.headings import guess_columns, guessed_mapping
from crm.imports.readers.interactions import ParsedInteraction, read_interactions
from crm.imports.readers.organizations import ParsedOrganization, read_organizations
from crm.imports.readers.tables import read_table
from crm.imports.readers.values import LabeledValue


def _read(kind: str, reader, text: str) -> list:
    table = read_table(text.encode())
    return list(reader(table, guessed_mapping(guess_columns(kind, table.headings))))


def _problems(row) -> list[tuple[str, str]]:
    return [(problem.column, str(problem.message)) for problem in row.problems]


def test_names_are_read_as_forms_store_them():
    rows = _read(
        "organizations",
        read_organizations,
        "Name,Native name,City,Note\n"
        '"Acme\u202e \nSensors\u2066",華岳\u3000科技,Jose\u0301,"one \u202b\ntwo"\n'
        "\u2800\u3164,,Ningbo,\n",
    )

    assert (rows[0].name, rows[0].native_name, rows[0].note) == ("Acme Sensors", "華岳 科技", "one \ntwo")
    assert [address.city for address in rows[0].addresses] == ["José"]
    assert (rows[1].name, rows[1].is_refused) == ("", True)


def test_read_organizations_reads_a_row():
    rows = _read(
        "organizations",
        read_organizations,
        "Name,Native name,Roles,Country,City,Website,Phone,Email,Address,Counselor,Team,Sectors,Note\n"
        "Tri-Valley Sensors,三谷传感,client; distributor,US,Dublin,trivalley.example,+1 555 010 0000,info@demo.example,"
        '"1 Main St",anna@demo.example,Inland,"sensors, water",first\n',
    )

    assert rows == [
        ParsedOrganization(
            line=2,
            name="Tri-Valley Sensors",
            native_name="三谷传感",
            roles=("client", "distributor"),
            addresses=(PostalAddress("", "1 Main St", "Dublin", "", "", "US"),),
            websites=("https://trivalley.example",),
            phones=(LabeledValue("", "+1 555 010 0000"),),
            emails=(LabeledValue("", "info@demo.example"),),
            counselor="anna@demo.example",
            team="Inland",
            sectors=("sensors", "water"),
            note="first",
        )
    ]
    assert (rows[0].city, rows[0].country, rows[0].is_refused) == ("Dublin", "US", False)


def test_read_organizations_sorts_names_by_script_and_refuses_nameless_rows():
    rows = _read(
        "organizations", read_organizations, "名称,英文名称,城市\nABB,,北京\n,宁波水务,宁波\n,,上海\n中石油,CNPC,\n"
    )

    assert [(row.name, row.native_name, row.is_refused) for row in rows] == [
        ("ABB", "", False),
        ("", "宁波水务", False),
        ("", "", True),
        ("CNPC", "中石油", False),
    ]


def test_read_interactions_reads_a_row():
    rows = _read(
        "interactions",
        read_interactions,
        "Kind,Date,Time,Zone,Subject,Notes,English line,People,Organization,Staff,Client,Contact minutes,Prep minutes,Travel minutes\n"
        '电话,2026/12/8,下午2:30,asia/shanghai,样品,"已到\n周五前报价",Samples arrived,周立民; 卢敏,"Huadong Water Co., Ltd.",anna@demo.example,'
        "Tri-Valley Sensors,20 min,1h 5,\n",
    )

    assert rows == [
        ParsedInteraction(
            line=2,
            on=dt.date(2026, 12, 8),
            at=dt.time(14, 30),
            zone="Asia/Shanghai",
            kind="电话",
            subject="样品",
            notes="已到\n周五前报价",
            summary="Samples arrived",
            people=("周立民", "卢敏"),
            organizations=("Huadong Water Co., Ltd.",),
            staff=("anna@demo.example",),
            clients=("Tri-Valley Sensors",),
            contact_minutes=20,
            prep_minutes=65,
        )
    ]


def test_read_interactions_refuses_bad_dates_and_rows_without_people():
    rows = _read(
        "interactions",
        read_interactions,
        "Date,People,Minutes\n1899-01-01,A,5\nsoon,A,5\n,A,5\n2026-12-08,,5\n2026-12-08,A,lots\n46364.5,A,\n",
    )

    assert [_problems(row) for row in rows] == [
        [("Date", "Use a year from 1900 to 2100, not 1899.")],
        [("Date", "“soon” isn't a date. Use the format 12/08/2026.")],
        [("", "Enter a date.")],
        [("", "Enter a person or an organization.")],
        [("Minutes", "“lots” isn't a number of minutes. Use a number from 0 to 1440.")],
        [],
    ]
    assert [row.is_refused for row in rows] == [True, True, True, True, False, False]
    assert (rows[5].on, rows[5].at) == (dt.date(2026, 12, 8), dt.time(12))


def test_read_followups_reads_the_six_columns():
    rows = _read(
        "followups",
        read_followups,
        "title,due,zone,counselor,about,side\n"
        "Price for 200,2026-12-11,,Anna@Demo.Example,Tri-Valley Sensors,we\n"
        "Ask for the spec,2026-12-11 09:00,Asia/Shanghai,,,They promised\n",
    )

    assert rows == [
        ParsedFollowUp(
            2, "Price for 200", dt.date(2026, 12, 11), None, None, "Anna@demo.example", "Tri-Valley Sensors", "we"
        ),
        ParsedFollowUp(3, "Ask for the spec", dt.date(2026, 12, 11), dt.time(9), "Asia/Shanghai", "", "", "they"),
    ]


def test_read_followups_refuses_invalid_values():
    rows = _read(
        "followups",
        read_followups,
        "title,due,zone,counselor,side\n"
        ",2026-12-11,,,\n"
        "A,,,,\n"
        "A,2026-12-11T09:00Z,,,\n"
        "A,2026-12-11,Mars/Olympus,,\n"
        "A,2026-12-11,,nobody@,\n"
        "A,2026-12-11,,,both\n"
        f"{'x' * 201},2026-12-11,,,\n",
    )

    assert all(row.is_refused for row in rows)
    assert [_problems(row)[0][0] for row in rows] == ["", "", "due", "zone", "counselor", "side", "title"]
    assert _problems(rows[3]) == [("zone", "“Mars/Olympus” isn't a time zone. Use a name like Asia/Shanghai.")]
