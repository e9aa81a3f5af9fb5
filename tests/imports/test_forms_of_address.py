"""How people are addressed is read back as it was; a courtesy title gets the family name."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.people.models import Affiliation
from tests.factories import person
from tests.imports.conftest import ImportFlow, list_people

PEOPLE = [
    ({"family_native": "周", "given_native": "立民", "family_latin": "Zhou", "given_latin": "Limin"}, "老周"),
    ({"family_latin": "Smith", "given_latin": "Robert"}, "Bob"),
    ({"family_native": "李", "given_native": "红", "family_latin": "Li", "given_latin": "Hong"}, "Lǎo Lǐ"),
]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(("names", "address_as"), PEOPLE)
def test_exported_form_of_address_is_read_back(anna, suffix, names, address_as):
    row = person(**names)
    row.address_as = address_as
    db.session.commit()
    exported = anna.get(f"/people/?as={suffix}").data
    row.uid = new_uid()
    db.session.commit()
    ImportFlow(anna, exported, f"people.{suffix}").confirm()
    assert [again.address_as for again in list_people()] == [address_as, address_as]


@pytest.mark.parametrize(
    ("title", "address_as"), [("经理", "周经理"), ("周经理", "周经理"), ("老周", "老周"), ("Mr.", "Mr. Zhou")]
)
def test_courtesy_title_gets_the_family_name_unless_it_has_it(anna, title, address_as):
    ImportFlow(anna, f"姓,名,Last name,First name,称谓\n周,立民,Zhou,Limin,{title}\n").confirm()
    assert list_people()[0].address_as == address_as


def test_form_of_address_instead_of_a_name_is_read_back(anna):
    ImportFlow(anna, "姓名,电话\n林总,021-62345678\n").confirm()
    assert [(row.label, row.given_native, row.address_as) for row in list_people()] == [("林", None, "林总")]
    assert ImportFlow(anna, anna.get("/people/?as=csv").data, "people.csv").counts == (0, 0, 1, 0)


def test_titles_in_the_cell_of_a_name_are_the_form_of_address_and_degrees_are_named(anna):
    flow = ImportFlow(anna, 'Name\n"Dr. Ann Smith, PhD"\nMr. John Smith Jr.\n')
    assert "“PhD” after the name isn't imported." in flow.text
    flow.confirm()
    assert [(row.label, row.address_as) for row in list_people()] == [
        ("Ann Smith", "Dr. Smith"),
        ("John Smith Jr.", "Mr. Smith Jr."),
    ]


@pytest.mark.parametrize(
    ("cells", "titles", "is_named"),
    [
        ("Name,Company\n王小明 总经理,Lotus\n", [("总经理", None)], False),
        ("Name,Company,Title\n王小明 总经理,Lotus,Engineer\n", [("总经理", "Engineer")], False),
        ("Name,Company,职务\n王小明 总经理,Lotus,总经理\n", [("总经理", None)], False),
        ("Name,Company,职务\n王小明 总经理,Lotus,董事\n", [("董事", None)], True),
        ("Name,Company\n王小明 博士,Lotus\n", [(None, None)], False),
        ("Name\n王小明 总经理\n", [], True),
        ("Name\n王小明 经理\n", [], False),
    ],
)
def test_title_after_a_chinese_name_is_the_title_of_the_position(anna, cells, titles, is_named):
    flow = ImportFlow(anna, cells)
    assert ("after the name isn't imported" in flow.text) is is_named
    flow.confirm()
    rows = db.session.scalars(sa.select(Affiliation))
    assert [(row.native_title, row.title) for row in rows] == titles
