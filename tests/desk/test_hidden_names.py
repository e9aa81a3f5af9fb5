"""No list, search or filter finds a visible record by the name of a hidden record that refers to it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.policy import SYSTEM
from crm.core.search import search
from crm.followups.services import add_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.opportunities.services import add_opportunity
from crm.organizations.services import change_organization
from crm.people.policy import OfficialKind
from crm.projects.services import add_project, save_need
from crm.records.services import set_confidentiality
from tests.factories import affiliation, client_of, make_confidential, organization, person, product
from tests.factories import team_id_of as team
from tests.factories.opportunities import make_opportunity

HIDDEN = "Zqhidden"
"""In the names of what boris of Bay may not know of."""
WALL = {"wall": datetime(2026, 3, 9, 9), "zone": "America/Los_Angeles"}


@pytest.fixture
def boris(client, people):
    """Boris of Bay at his browser."""
    return client.login_as("boris")


@pytest.fixture
def hidden_client(people):
    """Return a client of Inland."""
    return client_of("Inland", f"{HIDDEN} Sensors", counselor=people["anna"])


@pytest.fixture
def own_client(people):
    """Return a client of Bay."""
    return client_of("Bay", "Redwood Filters", counselor=people["boris"])


def hits(browser, text: str) -> list[str]:
    """What the palette finds."""
    answer = browser.get("/search", query_string={"q": text}, headers={"Accept": "application/json"})
    return [hit["label"] for hit in answer.json["hits"]]


def list_page(browser, path: str, **query: object) -> str:
    answer = browser.get(path, query_string=query)
    assert answer.status_code == 200
    return str(answer.text)


def of_bay(record):
    """Make a record visible to all of Bay, with its dependents."""
    record.team_id = team("Bay")
    set_confidentiality(record, confidential=False, readers=())
    return record


def test_opportunity_is_not_found_by_its_hidden_buyer(boris, hidden_client, own_client):
    row = make_opportunity(own_client, "Water", buyer_id=hidden_client.id)
    assert hits(boris, "Redwood") == ["Redwood Filters", "Water"]
    assert hits(boris, HIDDEN) == []
    assert "Water" not in list_page(boris, "/opportunities/", q=HIDDEN)
    assert f"/opportunities/{row.id}" not in list_page(boris, "/opportunities/", buyer=hidden_client.id)


@pytest.mark.usefixtures("access_without_links")
def test_opportunity_is_not_found_by_its_hidden_project(boris, own_client, people):
    project = add_project(SYSTEM, {"name": f"{HIDDEN} City", "country": "CN"})
    row = make_opportunity(own_client, "Water", project_id=project.id)
    assert hits(boris, HIDDEN) == [f"{HIDDEN} City", "Water"]
    assert f"/opportunities/{row.id}" in list_page(boris, "/opportunities/", project=project.id)
    project.team_id, project.counselor_id = team("Inland"), people["anna"].id
    make_confidential(project)
    of_bay(row)
    assert hits(boris, HIDDEN) == []
    assert f"/opportunities/{row.id}" not in list_page(boris, "/opportunities/", project=project.id)


def test_opportunity_takes_no_title_from_a_hidden_buyer(boris, hidden_client, own_client, people):
    row = add_opportunity(SYSTEM, {"client_id": own_client.id, "buyer_id": hidden_client.id})
    assert row.title == "Redwood Filters"
    shared = organization("Huadong Water")
    assert add_opportunity(SYSTEM, {"client_id": own_client.id, "buyer_id": shared.id}).title == "Huadong Water"


def test_opportunity_is_found_by_the_new_name_of_its_buyer(own_client, actor):
    buyer = organization("Huadong Water")
    row = make_opportunity(own_client, "Pumps", buyer_id=buyer.id)
    change_organization(actor("clara"), buyer, {"name": "Zhedong Works"})
    ids = [row.id for row in search.search(actor("boris"), "Zhedong", ["opportunity"])]
    assert ids == [row.id]
    assert search.search(actor("boris"), "Huadong", ["opportunity"]) == []


def test_interactions_are_not_filtered_by_a_hidden_client(boris, hidden_client, own_client):
    details = InteractionDetails(
        clients=[ClientMinutes(hidden_client.id, contact=20), ClientMinutes(own_client.id, contact=20)]
    )
    row = of_bay(log_interaction(SYSTEM, WALL | {"team_id": team("Bay"), "subject": "Visit"}, details))
    page = f'href="/interactions/{row.id}"'
    for name in ("Redwood", own_client.id):
        assert page in list_page(boris, "/interactions/", client=name), name
    for name in (HIDDEN, hidden_client.id):
        assert page not in list_page(boris, "/interactions/", client=name), name


def test_position_at_a_hidden_client_makes_nobody_an_official(boris, hidden_client):
    contact = person("Wang", "Xiaoming", organization=organization("Harbor Association"))
    affiliation(contact, hidden_client, official=OfficialKind.state_owned, main=False)
    assert f'href="/people/{contact.id}"' in list_page(boris, "/people/")
    assert f'href="/people/{contact.id}"' not in list_page(boris, "/people/", official="1")


@pytest.mark.usefixtures("access_without_links")
def test_product_and_need_are_not_found_by_hidden_parents(boris, people):
    secret = client_of("Inland", f"{HIDDEN} Sensors", counselor=people["anna"], confidential=True)
    meter = product(secret, "Meter")
    meter.counselor_id = people["anna"].id
    make_confidential(meter, people["boris"])
    project = add_project(SYSTEM, {"name": f"{HIDDEN} City", "country": "CN"})
    need = save_need(SYSTEM, {"title": "Pumps", "project_id": project.id})
    assert hits(boris, HIDDEN) == [f"{HIDDEN} City", "Pumps"]
    project.team_id, project.counselor_id = team("Inland"), people["anna"].id
    make_confidential(project)
    of_bay(need)
    assert hits(boris, "Meter") == ["Meter"]
    assert hits(boris, "Pumps") == ["Pumps"]
    assert hits(boris, HIDDEN) == []


def test_follow_up_does_not_repeat_the_subject_of_a_confidential_interaction(boris, own_client, people):
    values = {"due_on": date(2026, 3, 12), "counselor_id": people["boris"].id}
    follow_up, plain = (
        add_follow_up(SYSTEM, values | {"title": t}, about=[own_client.id]) for t in ("Send price", "Send list")
    )
    secret = make_opportunity(own_client, "Water", counselor=people["clara"], confidential=True)
    values = WALL | {"team_id": team("Bay"), "subject": f"{HIDDEN} talk"}
    log_interaction(SYSTEM, values, InteractionDetails(about=[secret.id], closes=[follow_up.id]))
    log_interaction(
        SYSTEM, WALL | {"team_id": team("Bay"), "subject": "Open talk"}, InteractionDetails(closes=[plain.id])
    )
    page = list_page(boris, f"/organizations/{own_client.id}")
    assert "Send price" in page
    assert "Open talk" in page
    assert HIDDEN not in page
    assert follow_up.result is None


def test_known_by_counts_only_interactions_the_person_attended(boris, people):
    contact = person("Wang", "Xiaoming", organization=organization("Harbor Association"))
    values = WALL | {"team_id": team("Inland")}
    log_interaction(SYSTEM, values, InteractionDetails(staff_ids=[people["clara"].id], about=[contact.id]))
    assert people["clara"].name not in list_page(boris, f"/people/{contact.id}")
    log_interaction(
        SYSTEM, values, InteractionDetails(staff_ids=[people["clara"].id], parties=[PartyValues(person_id=contact.id)])
    )
    assert people["clara"].name in list_page(boris, f"/people/{contact.id}")
