"""People found by a typed name: by parts of their own names, not by words of their organizations."""

from __future__ import annotations

import pytest
import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict

from crm.core.forms.pickers import PickField
from crm.people.services import refresh_person_name
from crm.records.models import OtherName
from tests.factories import person, reachable


class PeopleForm(w.Form):
    people = PickField("People", many=True)


@pytest.fixture
def anna(app, actor):
    with app.test_request_context():
        g.actor = actor("anna")
        yield g.actor


@pytest.mark.parametrize("typed", ["Liu Yang", "liu", "Liu Jack", "Wuhan", "y Wuhan", "yjq wuliu", "Ji Wuhan"])
def test_person_found_by_the_words_of_an_organization_is_only_offered(anna, make_organization, typed):
    logistics = make_organization("Wuhan Jiuzhou Logistics", "武汉九州物流")
    yang = person(
        "Yang", "Jiaqiang", family_native="杨", given_native="嘉强", english_name="Jack", organization=logistics
    )
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert not form.validate()
    assert form.people.errors == ["Choose the person or create a new one."]
    assert [row.id for row in form.people.offers] == [yang.id]


@pytest.mark.parametrize("typed", ["yang jia", "杨嘉强", "嘉强", "yjq", "Jiaqiang Yang", "Jack", "Jack Yang"])
def test_person_is_found_by_each_part_of_the_name(anna, typed):
    yang = person("Yang", "Jiaqiang", family_native="杨", given_native="嘉强", english_name="Jack")
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert (form.validate(), form.people.data) == (True, [yang.id])


@pytest.mark.parametrize(
    ("typed", "family_name", "given_name", "english", "organization"),
    [
        ("Jack", "Ma", "Jun", "Jack", "Jackson Farms"),
        ("Jack Ma", "Ma", "Jun", "Jack", "Jackson Farms"),
        ("Grace Zhou", "Zhou", "Limin", "Grace", "Grace Foods"),
        ("Will Chen", "Chen", "Wei", "Will", "Willow Creek"),
        ("Amy Huang", "Huang", "Mei", "Amy", "Amy's Kitchen"),
        ("max zhao", "Zhao", "Lei", "Max", "Max Power Tools"),
    ],
)
@pytest.mark.parametrize("is_own", [True, False])
def test_english_name_is_found_beside_an_organization_that_begins_with_it(
    anna, make_organization, typed, family_name, given_name, english, organization, is_own
):
    employer = make_organization(organization)
    row = person(family_name, given_name, english_name=english, organization=employer if is_own else None)
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert (form.validate(), form.people.data) == (True, [row.id])


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Anna Calico, Redwood Filters", "Anna Calico"),
        ("Anna Redwood", "Anna Calico"),
        ("Calico Redwood", "Anna Calico"),
        ("Anna (Redwood Filters)", "Anna Calico"),
        ("周立民 红木", "Zhou Limin"),
        ("红木 周立民", "Zhou Limin"),
        ("Grace Redwood", "Zhou Limin"),
        ("Lisa Redwood", "Zhou Limin"),
        ("Tom Okafor Okafor Metals", "Tom Okafor"),
        ("559-555-0147", "Tom Okafor"),
    ],
)
def test_name_with_the_own_organization_is_accepted(anna, session, make_organization, typed, label):
    filters = make_organization("Redwood Filters", "红木过滤")
    person("Calico", "Anna", organization=filters)
    limin = person("Zhou", "Limin", family_native="周", given_native="立民", english_name="Grace", organization=filters)
    session.add(OtherName(record_id=limin.id, name="Lisa Zhou"))
    refresh_person_name(limin)
    tom = person("Okafor", "Tom", organization=make_organization("Okafor Metals"))
    refresh_person_name(reachable(tom, phone="+1 559 555 0147"))
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert (form.validate(), [row.label for row in form.people.records]) == (True, [label])


def test_organization_of_another_person_is_not_compared(anna, make_organization):
    person("Lin", "Hui", organization=make_organization("Wuhan Jiuzhou Logistics", "武汉九州物流"))
    yang = person("Yang", "Jiaqiang", english_name="Liu")
    form = PeopleForm(MultiDict({"people-typed": "Liu Yang"}))
    assert (form.validate(), form.people.data) == (True, [yang.id])
