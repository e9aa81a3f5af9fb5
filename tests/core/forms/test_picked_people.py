"""People found by a typed name: by parts of their own names, not by words of their organizations."""

from __future__ import annotations

import pytest
import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict

from crm.core.forms.pickers import PickField
from tests.factories import person


class PeopleForm(w.Form):
    people = PickField("People", many=True)


@pytest.fixture
def anna(app, actor):
    with app.test_request_context():
        g.actor = actor("anna")
        yield g.actor


@pytest.mark.parametrize("typed", ["Liu Yang", "liu", "Yang Wuhan"])
def test_person_found_by_the_words_of_an_organization_is_only_offered(anna, make_organization, typed):
    logistics = make_organization("Wuhan Jiuzhou Logistics", "武汉九州物流")
    yang = person("Yang", "Jiaqiang", family_native="杨", given_native="嘉强", organization=logistics)
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert not form.validate()
    assert form.people.errors == [f"No person named “{typed}”. Check the spelling or create them."]
    assert [row.id for row in form.people.offers] == [yang.id]


@pytest.mark.parametrize("typed", ["yang jia", "杨嘉强", "嘉强", "yjq", "Jiaqiang Yang", "Jack", "Jack Yang"])
def test_person_is_found_by_each_part_of_the_name(anna, typed):
    yang = person("Yang", "Jiaqiang", family_native="杨", given_native="嘉强", english_name="Jack")
    form = PeopleForm(MultiDict({"people-typed": typed}))
    assert (form.validate(), form.people.data) == (True, [yang.id])
