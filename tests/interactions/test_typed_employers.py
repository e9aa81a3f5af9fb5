"""What follows the name of a new person after a comma or in parentheses: an organization or not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.services import add_new_people
from crm.organizations.models import Organization
from crm.organizations.services import add_organization
from crm.people.models import Affiliation
from tests.tools.rows import count


def add_typed(actor, typed):
    """Add a person; return it and the names of its employers."""
    (row,) = add_new_people(actor, [typed])
    employers = sa.select(Affiliation.organization_id).where(Affiliation.person_id == row.id)
    return row, db.session.scalars(sa.select(Organization.name).where(Organization.id.in_(employers))).all()


@pytest.mark.parametrize(
    ("typed", "label", "employer"),
    [
        ("Ouyang Zhi 歐陽智, Keelung Marine Technology", "Ouyang Zhi", "Keelung Marine Technology"),
        ("Tom Nakagawa (Nakagawa Citrus Company)", "Tom Nakagawa", "Nakagawa Citrus Company"),
        ("Joe Smith, Bureau of Water", "Joe Smith", "Bureau of Water"),
        ("Amy Lopez, Haida Information Technology", "Amy Lopez", "Haida Information Technology"),
        ("Amy Lopez, Information Technology Institute", "Amy Lopez", "Information Technology Institute"),
        ("Amy Lopez, Information Technology of Suzhou", "Amy Lopez", "Information Technology of Suzhou"),
        ("Amy Lopez, Valley Food Technology", "Amy Lopez", "Valley Food Technology"),
        ("Amy Lopez, Marine Technology", "Amy Lopez", "Marine Technology"),
        ("Amy Lopez, Technology Group", "Amy Lopez", "Technology Group"),
        ("Amy Lopez, Clean Technologies", "Amy Lopez", "Clean Technologies"),
        ("Amy Lopez, Suzhou Data Center", "Amy Lopez", "Suzhou Data Center"),
        ("Amy Lopez, Trade Center", "Amy Lopez", "Trade Center"),
        ("Amy Lopez, Lotus Technology Inc.", "Amy Lopez", "Lotus Technology Inc."),
        ("Amy Lopez, Service Center of Ningbo", "Amy Lopez", "Service Center of Ningbo"),
        ("葛晓峰（常熟万隆仪表厂）", "葛晓峰", "常熟万隆仪表厂"),
    ],
)
def test_employer_follows_a_name_after_a_comma_or_in_parentheses(anna, typed, label, employer):
    row, employers = add_typed(anna, typed)
    assert (label in (row.label, row.native_label), employers) == (True, [employer])


def test_field_after_a_comma_is_the_organization_if_one_on_record_has_this_name(anna):
    add_organization(anna, {"name": "Information Technology", "country": "US"})
    assert add_typed(anna, "Amy Lopez, Information Technology")[1] == ["Information Technology"]


@pytest.mark.parametrize("typed", ["Tom Nakagawa, Nakagawa Citrus", "Tom Nakagawa (nakagawa citrus)"])
def test_organization_on_record_follows_a_name_by_exactly_its_name(anna, typed):
    add_organization(anna, {"name": "Nakagawa Citrus", "country": "US"})
    row, employers = add_typed(anna, typed)
    assert (row.label, employers, count(Organization)) == ("Tom Nakagawa", ["Nakagawa Citrus"], 1)


@pytest.mark.parametrize(
    "typed",
    [
        "Lopez, Maria",
        "Amy Lopez, PhD",
        "Amy Lopez, PhD MBA",
        "Amy Lopez, Vice Mayor",
        "Amy Lopez, Bureau Chief",
        "John Smith, Jr. MD",
        "Joe Smith, Sales Manager",
        "Joe Smith (Palo Alto)",
        "Robert (Bob) Smith",
        "Tom Chen, his company",
        "Amy Lopez, Information Technology",
        "Amy Lopez (Food Technology)",
        "Amy Lopez, Science & Technology",
        "Amy Lopez, Call Center",
        "Amy Lopez, Customer Service Center",
    ],
)
def test_title_degree_or_place_after_a_name_is_no_organization(anna, typed):
    row, employers = add_typed(anna, typed)
    assert (row.label, employers, count(Organization)) == (typed, [], 0)


@pytest.mark.parametrize(
    ("typed", "native"), [("Wang Xiaoming (David Wang)", ""), ("Nora Ouyang (欧阳娜娜)", "欧阳娜娜")]
)
def test_second_name_of_a_person_is_no_organization(anna, typed, native):
    add_organization(anna, {"name": "David Wang Co., Ltd.", "country": "CN"})
    row, employers = add_typed(anna, typed)
    assert (row.native_label, employers, count(Organization)) == (native, [], 1)


def test_chinese_description_after_a_chinese_name_is_a_note(anna):
    row, employers = add_typed(anna, "李娜，翻译人员")
    assert (row.label, row.note, employers, count(Organization)) == ("李娜", "翻译人员", [], 0)


def test_city_after_a_comma_is_the_city(anna):
    row, employers = add_typed(anna, "Joe Smith, Hong Kong")
    assert (row.label, row.city, employers) == ("Joe Smith", "Hong Kong", [])
