"""Countries of the Belt and Road Initiative, and countries whose sanctions must be checked."""

from __future__ import annotations

import pytest

from crm.core.forms.choice_sources import country_choices
from crm.core.policy import SYSTEM
from crm.projects.services import add_project
from crm.reference.belt_road import build_country_chips, list_members, list_sanctioned, load_country_facts
from tests.factories import organization

SANCTIONS = ("Check sanctions", "warn", "alert")


def test_list_has_each_country_once_and_members_and_sanctions():
    facts = load_country_facts()
    assert (len(facts), len(list_members())) == (156, 153)
    assert list_sanctioned() == ["BY", "CU", "IR", "KP", "RU", "SY"]
    assert facts.keys() <= {code for code, _name in country_choices()}
    assert {"IN", "JP", "BR", "MU", "SZ", "BT", "IL", "US"}.isdisjoint(facts)


@pytest.mark.parametrize(
    ("country", "chips"),
    [
        ("KZ", [("Belt and Road member", "", None)]),
        ("CO", [("Belt and Road member since May 2025", "", None)]),
        ("JO", [("Belt and Road member (unverified)", "", None)]),
        ("IT", [("Belt and Road exit announced in December 2023", "", None)]),
        ("PA", [("Belt and Road exit announced in February 2025", "", None)]),
        ("RU", [("Belt and Road member", "", None), SANCTIONS]),
        ("KP", [SANCTIONS]),
        ("IN", []),
        (None, []),
    ],
)
def test_chips_of_a_country(app, country, chips):
    with app.test_request_context():
        assert build_country_chips(country) == chips


def test_project_and_city_show_the_country_and_the_list_filters_by_it(client, people):
    places = (("Zqalmaty", "KZ"), ("Zqminsk", "BY"), ("Zqpune", "IN"))
    rows = [add_project(SYSTEM, {"name": name, "country": country}) for name, country in places]
    organization("Steppe Metals", city="Almaty", country="KZ")
    anna = client.login_as("anna")
    assert "Belt and Road member</span>" in anna.get(f"/projects/{rows[0].id}").text
    assert "Belt and Road member</span>" in anna.get("/cities/almaty").text
    for query, expected in (("belt_road=1", (True, True, False)), ("sanctions=1", (False, True, False))):
        for path in ("/projects/", "/projects/board"):
            page = anna.get(f"{path}?{query}").text
            assert tuple(name in page for name in ("Zqalmaty", "Zqminsk", "Zqpune")) == expected, (path, query)
