"""Cities in sentences are places: neither the show nor an organization there."""

from __future__ import annotations

from datetime import date

import pytest

from crm.interactions.lookup import NameLookup
from crm.organizations.services import add_organization
from crm.shows.services import save_show
from tests.interactions.lookups import submitted_fields


@pytest.fixture
def suzhou_show(anna):
    values = {"name": "Smart City Fair Suzhou", "native_name": "苏州智慧城市展", "city": "Suzhou", "country": "CN"}
    return save_show(anna, values | {"starts_on": date(2026, 12, 10), "ends_on": date(2026, 12, 12)})


@pytest.fixture
def suzhou_company(anna):
    return add_organization(anna, {"name": "Suzhou Lotus Pumps", "city": "Suzhou", "country": "CN"})


@pytest.mark.parametrize("sentence", ["明天在苏州开会", "met Bob Smith in Suzhou 20m", "met Bob Smith at Suzhou 20m"])
def test_city_is_neither_its_show_nor_an_organization(web, suzhou_show, suzhou_company, sentence):
    data = submitted_fields(web.post("/interactions/log", data={"sentence": sentence}).text)
    assert (data.get("about"), data.get("organizations")) == (None, None)
    assert data["place"][0] in ("苏州", "Suzhou")


def test_meeting_in_a_city_has_no_invented_time(web, suzhou_show):
    data = submitted_fields(web.post("/interactions/log", data={"sentence": "明天在苏州开会"}).text)
    assert (data["state"], data["day"], data["time"]) == (["planned"], ["2026-12-09"], [""])


@pytest.mark.parametrize("name", ["Suzhou fair", "Smart City Fair", "苏州智慧城市展", "智慧城市展"])
def test_show_is_known_by_its_words(web, suzhou_show, name):
    data = submitted_fields(web.post("/interactions/log", data={"sentence": f"met Bob Smith at {name}, 20m"}).text)
    assert data["about"] == [str(suzhou_show.id)]


def test_city_is_known_from_visible_records_only(people, actor):
    add_organization(actor("anna"), {"name": "Lotus Pumps", "city": "San Jose", "country": "US"})
    assert (NameLookup(actor("anna")).is_city("San Jose"), NameLookup(actor("anna")).is_city("Fresno")) == (True, False)
