"""Files of people from other programs: Google, Outlook, HubSpot, vCards, LinkedIn."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.imports.readers.tables import read_table
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint
from tests.imports.conftest import SAMPLES, ImportFlow, list_labels
from tests.imports.lookups import points
from tests.tools.pages import visible_text


def under(sample: str, encoding: str = "utf-8", **cells: str) -> bytes:
    """Return the headings of a program's export with one invented row."""
    table = read_table((SAMPLES / "contacts_csv" / sample).read_bytes() + b"\nx\n", heading_line=1)
    row = [cells.get(heading, "") for heading in table.headings]
    assert sum(map(bool, row)) == len(cells), set(cells) - set(table.headings)
    lines = [",".join(f'"{cell}"' for cell in line) for line in (table.headings, row)]
    return "\r\n".join(lines).encode(encoding)


BIRTHDAY = re.compile(r"1980-01-01|(Jan\w*|01/|1/) ?0?1[/,] ?1980")
"""As a form or as a page writes it. The year alone also occurs in random ids."""


def test_google_contacts_are_imported(anna):
    cells = {
        "First Name": "Limin",
        "Last Name": "Zhou",
        "Organization Name": "Huadong Water",
        "Organization Title": "Manager",
        "E-mail 1 - Label": "* Work",
        "E-mail 1 - Value": "zhou@hd.cn",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+86 138 0013 8000",
        "Birthday": "1980-01-01",
    }
    flow = ImportFlow(anna, under("google_contacts_current.csv", **cells))
    assert "Personal details aren't imported." in flow.text
    flow.confirm()
    assert list_labels("person") == ["Limin Zhou"]
    assert points() == [("email", "work", "zhou@hd.cn"), ("phone", "mobile", "+86 138 0013 8000")]
    job = db.session.scalars(sa.select(Affiliation)).one()
    assert job.title == "Manager"
    person = f"/people/{job.person_id}"
    for page in (person, f"{person}/edit", f"/records/{job.person_id}/history", flow.url):
        answer = anna.get(page)
        assert (answer.status_code, BIRTHDAY.search(answer.text)) == (200, None), page
    stored = [
        *db.session.scalars(sa.select(Change.diff)),
        db.session.get_one(Person, job.person_id).note,
        flow.run.report,
    ]
    assert "1980" not in repr(stored)


def test_chinese_outlook_file_is_imported_from_gbk(anna):
    cells = {
        "姓": "周",
        "名": "立民",
        "单位": "华东水务",
        "职务": "采购经理",
        "移动电话": "138 0013 8000",
        "电子邮件地址": "zhou@hd.cn",
    }
    flow = ImportFlow(anna, under("outlook_zh_headers_gbk.csv", "gb18030", **cells), "联系人.csv")
    assert "联系人.csv" in visible_text(flow.page)
    flow.confirm()
    person = db.session.scalars(sa.select(Person)).one()
    assert (person.family_native, person.given_native, person.label, person.address_as) == (
        "周",
        "立民",
        "周立民",
        "周经理",
    )
    assert list_labels("organization") == ["华东水务"]
    job = db.session.scalars(sa.select(Affiliation)).one()
    assert (job.native_title, job.title, job.main, job.person_id) == ("采购经理", None, True, person.id)
    assert [raw for _medium, _label, raw in points()] == ["zhou@hd.cn", "138 0013 8000"]
    value = sa.select(ContactPoint.value).where(ContactPoint.medium == "phone")
    assert db.session.scalar(value) == "+8613800138000"


def test_hubspot_file_is_imported(anna):
    cells = {"First Name": "Maria", "Last Name": "Diaz", "Email": "maria@diaz.us", "Company Name": "Diaz Foods"}
    ImportFlow(anna, under("hubspot_contacts.csv", **cells)).confirm()
    assert (list_labels("person"), list_labels("organization")) == (["Maria Diaz"], ["Diaz Foods"])
    assert points() == [("email", "work", "maria@diaz.us")]
    job = db.session.scalars(sa.select(Affiliation)).one()
    assert {job.person_id, job.organization_id} == set(db.session.scalars(sa.select(Record.id)))


def test_vcards_are_imported(anna):
    flow = ImportFlow(anna, (SAMPLES / "vcard" / "cn_apple_30_phonetic_wechat.vcf").read_bytes(), "card.vcf")
    assert flow.run.kind == "people"
    flow.confirm()
    person = db.session.scalars(sa.select(Person)).one()
    assert (person.family_native, person.given_native, person.family_latin, person.given_latin) == (
        "张",
        "伟",
        "Zhang",
        "Wei",
    )
    assert sorted(points()) == [("phone", "mobile", "+86 138 0013 8000"), ("wechat", "other", "zhangwei_88")]
    assert list_labels("organization") == ["示例科技有限公司"]


@pytest.mark.parametrize("heading", ["LinkedIn address", "linkedin", "LinkedIn URL", "领英"])
def test_linkedin_address_is_imported_by_its_headings(anna, heading):
    flow = ImportFlow(anna, f"Name,{heading}\nLi Hui,www.linkedin.com/in/lihui\nMa Jun,not an address\n")
    assert "LinkedIn address" in flow.page
    flow.confirm()
    assert sorted((p.label, p.linkedin, p.note) for p in db.session.scalars(sa.select(Person))) == [
        ("Li Hui", "https://www.linkedin.com/in/lihui", None),
        ("Ma Jun", None, None),
    ]


def test_linkedin_address_is_added_to_a_person_without_one(anna):
    ImportFlow(anna, "Name,Email\nLi Hui,li@hd.cn\n").confirm()
    ImportFlow(anna, "Name,Email,LinkedIn\nLi Hui,li@hd.cn,linkedin.com/in/lihui\n").confirm()
    assert [p.linkedin for p in db.session.scalars(sa.select(Person))] == ["https://linkedin.com/in/lihui"]
