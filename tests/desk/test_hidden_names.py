"""No list, search or filter finds a visible record by the name of something hidden that hangs on it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.policy import SYSTEM
from crm.core.search import search
from crm.followups.services import add_follow_up
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, log_interaction
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
def hidden(people):
    """Give a client of Inland."""
    return client_of("Inland", f"{HIDDEN} Sensors", counselor=people["anna"])


@pytest.fixture
def ours(people):
    """Give a client of Bay."""
    return client_of("Bay", "Redwood Filters", counselor=people["boris"])


def hits(browser, text: str) -> list[str]:
    """What the palette finds."""
    answer = browser.get("/search", query_string={"q": text}, headers={"Accept": "application/json"})
    return [hit["label"] for hit in answer.json["hits"]]


def listed(browser, path: str, **query: object) -> str:
    answer = browser.get(path, query_string=query)
    assert answer.status_code == 200
    return str(answer.text)


def of_bay(record):
    """Let all of Bay see a record, whatever hangs on it."""
    record.team_id = team("Bay")
    set_confidentiality(record, confidential=False, readers=())
    return record


def test_case_is_not_found_by_its_hidden_buyer(boris, hidden, ours):
    row = make_opportunity(ours, "Water", buyer_id=hidden.id)
    assert hits(boris, "Redwood") == ["Redwood Filters", "Water"]
    assert hits(boris, HIDDEN) == []
    assert "Water" not in listed(boris, "/opportunities/", q=HIDDEN)
    assert f"/opportunities/{row.id}" not in listed(boris, "/opportunities/", buyer=hidden.id)


@pytest.mark.usefixtures("access_without_links")
def test_case_is_not_found_by_its_hidden_project(boris, ours, people):
    project = add_project(SYSTEM, {"name": f"{HIDDEN} City", "country": "CN"})
    row = make_opportunity(ours, "Water", project_id=project.id)
    assert hits(boris, HIDDEN) == [f"{HIDDEN} City", "Water"]
    assert f"/opportunities/{row.id}" in listed(boris, "/opportunities/", project=project.id)
    project.team_id, project.counselor_id = team("Inland"), people["anna"].id
    make_confidential(project)
    of_bay(row)
    assert hits(boris, HIDDEN) == []
    assert f"/opportunities/{row.id}" not in listed(boris, "/opportunities/", project=project.id)


def test_case_of_two_teams_takes_no_title_from_what_one_of_them_may_not_know(boris, hidden, ours, people):
    row = add_opportunity(SYSTEM, {"client_id": ours.id, "buyer_id": hidden.id})
    assert row.title == "Redwood Filters"
    shared = organization("Huadong Water")
    assert add_opportunity(SYSTEM, {"client_id": ours.id, "buyer_id": shared.id}).title == "Huadong Water"


def test_case_is_found_by_the_new_name_of_its_buyer(ours, actor):
    buyer = organization("Huadong Water")
    row = make_opportunity(ours, "Pumps", buyer_id=buyer.id)
    change_organization(actor("clara"), buyer, {"name": "Zhedong Works"})
    found = [f.id for f in search.search(actor("boris"), "Zhedong", ["opportunity"])]
    assert found == [row.id]
    assert search.search(actor("boris"), "Huadong", ["opportunity"]) == []


def test_contacts_are_not_filtered_by_a_hidden_client(boris, hidden, ours):
    told = InteractionDetails(clients=[ForClient(hidden.id, contact=20), ForClient(ours.id, contact=20)])
    row = of_bay(log_interaction(SYSTEM, WALL | {"team_id": team("Bay"), "subject": "Visit"}, told))
    page = f'href="/interactions/{row.id}"'
    for mine in ("Redwood", ours.id):
        assert page in listed(boris, "/interactions/", client=mine), mine
    for theirs in (HIDDEN, hidden.id):
        assert page not in listed(boris, "/interactions/", client=theirs), theirs


def test_nobody_is_an_official_by_a_job_at_a_hidden_firm(boris, hidden):
    who = person("Wang", "Xiaoming", organization=organization("Harbor Association"))
    affiliation(who, hidden, official=OfficialKind.state_owned, main=False)
    assert f'href="/people/{who.id}"' in listed(boris, "/people/")
    assert f'href="/people/{who.id}"' not in listed(boris, "/people/", official="1")


@pytest.mark.usefixtures("access_without_links")
def test_product_and_need_are_not_found_by_what_they_hang_on(boris, people):
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


def test_promise_does_not_repeat_the_subject_of_a_confidential_contact(boris, ours, people):
    told = {"due_on": date(2026, 3, 12), "counselor_id": people["boris"].id}
    follow_up, plain = (
        add_follow_up(SYSTEM, told | {"title": t}, about=[ours.id]) for t in ("Send price", "Send list")
    )
    secret = make_opportunity(ours, "Water", counselor=people["clara"], confidential=True)
    values = WALL | {"team_id": team("Bay"), "subject": f"{HIDDEN} talk"}
    log_interaction(SYSTEM, values, InteractionDetails(about=[secret.id], closes=[follow_up.id]))
    log_interaction(
        SYSTEM, WALL | {"team_id": team("Bay"), "subject": "Open talk"}, InteractionDetails(closes=[plain.id])
    )
    page = listed(boris, f"/organizations/{ours.id}")
    assert "Send price" in page
    assert "Open talk" in page
    assert HIDDEN not in page
    assert follow_up.result is None


def test_who_of_us_knows_a_shared_person_counts_only_contacts_they_were_in(boris, people):
    who = person("Wang", "Xiaoming", organization=organization("Harbor Association"))
    values = WALL | {"team_id": team("Inland")}
    log_interaction(SYSTEM, values, InteractionDetails(staff_ids=[people["clara"].id], about=[who.id]))
    assert people["clara"].name not in listed(boris, f"/people/{who.id}")
    log_interaction(
        SYSTEM, values, InteractionDetails(staff_ids=[people["clara"].id], parties=[PartyValues(person_id=who.id)])
    )
    assert people["clara"].name in listed(boris, f"/people/{who.id}")
