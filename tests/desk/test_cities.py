"""Cities: which ones are listed, and what the page of a city shows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.errors import NotFound
from crm.desk import cities
from crm.followups.services import add_follow_up
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.projects.services import add_project
from tests.factories import affiliation, client_of, organization, person
from tests.factories.opportunities import make_opportunity

pytestmark = pytest.mark.usefixtures("people")
DAY = date(2026, 3, 10)
NINGBO = {"city": "Ningbo", "country": "CN", "zone": "Asia/Shanghai"}


def test_cities_are_ordered_by_size_and_filtered_by_prefix(actor):
    organization("Suzhou Pumps", city="Suzhou", country="CN")
    organization("Port Bureau", **NINGBO)
    for name in ("Guodong", "Min"):
        person("Wang", name, city="ningbo")
    anna = actor("anna")
    assert cities.list_cities(anna) == [
        ("ningbo", "Ningbo", "CN", "Asia/Shanghai", 2, 1, (), True),
        ("suzhou", "Suzhou", "CN", "Asia/Shanghai", 0, 1, (), True),
    ]
    assert [c.name for c in cities.list_cities(anna, " Su ")] == ["Suzhou"]
    assert cities.list_cities(anna, "zhou") == []


@pytest.mark.parametrize("text", ["宁波", "寧波", "宁", "ningbo", "NING"])
def test_cities_are_found_by_characters(actor, text):
    organization("Port Bureau", **NINGBO)
    organization("Suzhou Pumps", city="Suzhou", country="CN")
    assert [city.name for city in cities.list_cities(actor("anna"), text)] == ["Ningbo"]


def test_search_without_a_city_says_so_and_offers_all(client):
    organization("Port Bureau", **NINGBO)
    page = client.login_as("anna").get("/cities/?q=zzz").text
    assert ("No results found" in page, "No cities yet" in page, 'href="/cities/"' in page) == (True, False, True)


def test_hidden_and_archived_records_make_no_city(actor):
    client_of("Bay", "Bay Port Works", **NINGBO)
    organization("Gone", city="Suzhou").archived_at = datetime(2026, 3, 1, tzinfo=UTC)
    assert cities.list_cities(actor("anna")) == []
    for key in ("ningbo", "suzhou", ""):
        with pytest.raises(NotFound):
            cities.get_city(actor("anna"), key)
    assert [c.name for c in cities.list_cities(actor("boris"))] == ["Ningbo"]


def test_cities_of_the_same_name_are_apart_by_country(client, actor):
    for name, country in (
        ("Ontario Pumps", "US"),
        ("Ontario Valves", "US"),
        ("Maple Works", "CA"),
        ("Unknown", None),
        ("Third", "US"),
    ):
        organization(name, city="Springfield", country=country)
    employee = person("Roy", "Marie", city="Springfield", country="CA")
    add_project(actor("anna"), {"name": "Prairie dam", "country": "CA", "city": "Springfield"})
    rows = [(c.country, c.people, c.organizations, c.is_main) for c in cities.list_cities(actor("anna"))]
    assert rows == [("US", 0, 4, True), ("CA", 1, 1, False)]
    anna = client.login_as("anna")
    assert 'href="/cities/springfield?country=CA"' in anna.get("/cities/").text
    parts = ("Ontario Pumps", "Unknown", "Maple Works", "Marie", "Prairie dam")
    pages = {query: anna.get(f"/cities/springfield{query}").text for query in ("", "?country=US", "?country=CA")}
    assert [part for part in parts if part in pages[""]] == list(parts[:2])
    assert [part for part in parts if part in pages["?country=US"]] == list(parts[:2])
    assert [part for part in parts if part in pages["?country=CA"]] == list(parts[2:])
    assert 'href="/cities/springfield?country=CA"' in anna.get(f"/people/{employee.id}").text


def test_large_city_shows_its_first_rows_and_links_to_lists(client, monkeypatch):
    monkeypatch.setattr(cities, "MAX_ROWS", 2)
    for i in range(4):
        person("Wang", f"Person{i}", **NINGBO)
        organization(f"Works {i}", **NINGBO)
    anna = client.login_as("anna")
    page = anna.get("/cities/").text
    assert page.count('<td class="num">4</td>') == 2
    page = anna.get("/cities/ningbo").text
    assert "2+ people" in page
    assert "2+ organizations" in page
    assert len([i for i in range(4) if f"Person{i}" in page]) == 2
    assert 'href="/people/?city=Ningbo"' in page
    assert 'href="/organizations/?city=Ningbo"' in page


def test_city_leaves_out_hidden_people_and_positions_at_hidden_clients(client, actor):
    place = {"city": "Ningbo", "country": "CN"}
    foreign = client_of("Bay", "Bay Port Works", **place)
    organization("Ningbo Port Bureau", **place)
    wang = person("Wang", "Guodong", **place)
    affiliation(wang, foreign, title="Secret adviser")
    wang.team_id = None
    add_follow_up(actor("boris"), {"title": "Promise of Bay", "due_on": DAY}, about=[wang.id])
    add_follow_up(actor("anna"), {"title": "Promise of Inland", "due_on": DAY}, about=[wang.id])
    page = client.login_as("anna").get("/cities/ningbo").text
    assert [w for w in ("Guodong", "Ningbo Port Bureau", "Promise of Inland") if w not in page] == []
    assert [w for w in ("Bay Port Works", "Secret adviser", "Promise of Bay") if w in page] == []
    assert client.get("/cities/atlantis").status_code == 404


def test_city_shows_last_visible_interaction_staff_and_next_step(client, actor, session, clock):
    clock.set(datetime(2026, 6, 10, 17, tzinfo=UTC))
    place = {"city": "Ningbo", "country": "CN", "zone": "Asia/Shanghai"}
    bureau = organization("Ningbo Port Bureau", **place)
    wang, silent = person("Wang", "Guodong", organization=bureau, title="Director"), person("Lu", "Min", **place)
    for staff, day, subject in (("clara", 3, "Which meters fit tidal water"), ("boris", 8, "Word of Bay")):
        word = {"subject": subject, "wall": datetime(2026, 3, day, 9), "zone": "UTC"}
        log_interaction(actor(staff), word, InteractionDetails(parties=[PartyValues(person_id=wang.id)]))
    follow_up = add_follow_up(actor("anna"), {"title": "Meter list", "due_on": date(2026, 3, 12)}, about=[wang.id])
    lead = add_project(actor("anna"), {"name": "Ningbo water plant", "city": "Ningbo"})
    pumps = make_opportunity(title="Pumps for the plant", project_id=lead.id)
    page = client.login_as("anna").get("/cities/ningbo").text
    expected = (
        "Director, Ningbo Port Bureau",
        "Which meters fit tidal water",
        "Clara Whitfield",
        "Ningbo water plant",
        pumps.label,
        f'href="/followups/{follow_up.id}"',
        "Shanghai",
    )
    assert [w for w in expected if w not in page] == []
    assert "Word of Bay" not in page
    # People are sorted by it, so its day is shown without its words.
    assert "Latest interaction 94 days ago<" in page.partition("Which meters fit tidal water")[2]
    assert "No next step" not in page.split("</table>")[0]
    assert silent.label in page
