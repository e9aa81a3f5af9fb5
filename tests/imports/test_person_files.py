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


def test_profile_in_the_web_addresses_of_a_person_is_the_linkedin_address(anna):
    flow = ImportFlow(
        anna,
        "First Name,Last Name,URL\nLi,Hui,https://www.linkedin.com/in/lihui\nAna,Ruiz,https://cn.linkedin.com/in/ana\n"
        "Ma,Jun,https://linkedin.com/company/delta\nBo,Wu,delta.us https://linkedin.com.evil.us/in/a\n",
    )
    flow.confirm()
    assert [(p.given_latin, p.linkedin, p.note) for p in db.session.scalars(sa.select(Person).order_by(Person.id))] == [
        ("Li", "https://www.linkedin.com/in/lihui", None),
        ("Ana", "https://cn.linkedin.com/in/ana", None),
        ("Ma", None, "https://linkedin.com/company/delta"),
        ("Bo", None, None),
    ]


def test_linkedin_address_of_its_own_column_counts_before_a_web_address(anna):
    text = "Name,LinkedIn,URL\nLi Hui,linkedin.com/in/lihui,linkedin.com/in/other\n"
    ImportFlow(anna, text).confirm()
    assert [(p.linkedin, p.note) for p in db.session.scalars(sa.select(Person))] == [
        ("https://linkedin.com/in/lihui", "https://linkedin.com/in/other")
    ]


def load_names() -> list[tuple[str | None, ...]]:
    """Return the names of all people."""
    columns = (Person.family_native, Person.given_native, Person.family_latin, Person.given_latin, Person.english_name)
    return [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(Person.id))]


@pytest.mark.parametrize("native", ["Chinese name", "Native name", "Name (Chinese)", "中文名"])
def test_latin_name_beside_a_chinese_one_is_read(anna, native):
    ImportFlow(anna, f"Name,{native}\nWang Xiaoming (Leo),王小明\nAna Ruiz,\n,张伟\n").confirm()
    assert load_names() == [
        ("王", "小明", "Wang", "Xiaoming", "Leo"),
        (None, None, "Ruiz", "Ana", None),
        ("张", "伟", None, None, None),
    ]


def test_name_in_characters_is_read_although_another_column_is_the_chinese_name(anna):
    rows = "".join(f"Ana Ruiz {n},\n" for n in range(25))
    ImportFlow(anna, f"Name,Chinese name\n{rows}王小明 Wang Xiaoming,\n张伟 Zhang Wei,张伟\n").confirm()
    assert load_names()[-2:] == [("王", "小明", "Wang", "Xiaoming", None), ("张", "伟", "Zhang", "Wei", None)]


@pytest.mark.parametrize("heading", ["客户名称", "所在单位", "公司/单位", "采购商"])
def test_organization_of_a_chinese_list_of_contacts_is_read(anna, heading):
    ImportFlow(anna, f"序号,{heading},联系人,联系电话\n1,华东水务,王小明,13800138000\n").confirm()
    assert list_labels("organization") == ["华东水务"]
    assert list_labels("person") == ["王小明"]


def test_chinese_list_of_customers_without_people_is_one_of_organizations(anna):
    flow = ImportFlow(anna, "序号,客户名称,地址,网址\n1,华东水务,宁波,hd.cn\n")
    flow.confirm()
    assert (flow.run.kind, list_labels("organization")) == ("organizations", ["华东水务"])


@pytest.mark.parametrize("cell", ["同手机号", "同 手机", "same as phone"])
def test_wechat_that_is_the_number_of_the_phone_is_that_number(anna, cell):
    ImportFlow(anna, f"姓名,电话,手机,微信\n王小明,0574-87654321,138 0013 8000,{cell}\n李丽,,,{cell}\n").confirm()
    assert [point for point in points() if point[0] == "wechat"] == [("wechat", "other", "138 0013 8000")]


def test_phone_that_is_also_the_wechat_name_is_a_phone_number(anna):
    ImportFlow(anna, "姓名,手机号（微信同号）\n王小明,13800138000\n").confirm()
    assert points() == [("phone", "mobile", "13800138000")]


@pytest.mark.parametrize(
    ("headings", "row", "parts"),
    [
        ("姓名,Name", "王小明,Xiaoming Wang", ("王", "小明", "Wang", "Xiaoming")),
        ("Contact name,姓名", "Xiaoming Wang,王小明", ("王", "小明", "Wang", "Xiaoming")),
        ("Name,姓名", "Tom Fox,Tom Fox", (None, None, "Fox", "Tom")),
        ("Contact,Name", "Tom Fox,宁波公司", (None, None, "Fox", "Tom")),
        ("Name in English,City", "Leo Wang（王小明）,Ningbo", ("王", "小明", "Wang", "Leo")),
        ("Name in English,Native name", "Leo Wang（王小明）,王小明", ("王", "小明", "Wang", "Leo")),
    ],
)
def test_name_in_each_script_is_read(anna, headings, row, parts):
    ImportFlow(anna, f"{headings},Phone\n{row},021-62345678\n").confirm()
    assert load_names() == [(*parts, None)]
