"""A visible record opens whatever it is linked with; hidden records appear without a name or a link."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_need, save_party
from crm.records.services import set_confidentiality
from crm.shows.services import save_participant, save_show
from tests.factories import (
    affiliation,
    client_of,
    make_confidential,
    organization,
    owner,
    person,
    product,
    representation,
)
from tests.factories import team_id_of as team
from tests.factories.opportunities import make_opportunity
from tests.laws.fill import form_of

HIDDEN, SEEN = "Zqhidden", "Zqseen"
"""Names of records that are hidden from boris of Bay, and of visible ones beside them."""
DAY = date(2026, 3, 9)
pytestmark = pytest.mark.usefixtures("access_without_links")


@pytest.fixture
def boris(client, people):
    """Boris of Bay at his browser."""
    return client.login_as("boris")


@pytest.fixture
def hidden(people):
    """Return a client of Inland that is hidden from boris."""
    return client_of("Inland", f"{HIDDEN} Sensors", counselor=people["anna"], confidential=True)


@pytest.fixture
def zhou(hidden, people):
    """Return a person who is hidden from boris."""
    return person(HIDDEN, "Limin", organization=hidden, counselor=people["anna"], confidential=hidden.confidential)


@pytest.fixture
def wang(people):
    """Return a person whom all may see."""
    return person(SEEN, "Xiaoming", organization=organization(f"{SEEN} Municipal"))


def read_by_boris(record: Record, people) -> Record:
    """Let boris read a record of Inland, with all records it refers to."""
    record.counselor_id = people["anna"].id
    return make_confidential(record, people["boris"])


def of_bay(record: Record) -> Record:
    """Make a record visible to all of Bay, with its dependents."""
    record.team_id = team("Bay")
    set_confidentiality(record, confidential=False, readers=())
    return record


def opened(browser, path: str, *hidden: Record) -> str:
    """The page at an address; it neither names nor links what is hidden."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    assert HIDDEN not in answer.text
    linked = set(map(int, re.findall(r'="/(?:organizations|people|projects|records)/(\d+)', answer.text)))
    assert linked.isdisjoint(record.id for record in hidden)
    return str(answer.text)


def cells(browser, path: str) -> list[str]:
    """The cells of the row with SEEN, the same in both kinds of files; no cell names what is hidden."""
    files = [browser.get(f"{path}?as={kind}").get_data() for kind in ("csv", "xlsx")]
    sheets = [
        list(csv.reader(io.StringIO(files[0].decode("utf-8-sig")))),
        CalamineWorkbook.from_filelike(io.BytesIO(files[1])).get_sheet_by_index(0).to_python(),
    ]
    for sheet in sheets:
        assert HIDDEN not in str(sheet)
        assert SEEN in str(sheet)
    return next(dict(zip(sheets[0][0], row, strict=True)) for row in sheets[0] if SEEN in str(row))


def saved(browser, path: str, **typed: str) -> int:
    """The status of a form that is sent as it was shown, with something typed into it."""
    form = form_of(opened(browser, path), path)
    assert form is not None
    values = {field.name: field.value for field in form.fields.values() if field.type != "checkbox"}
    return int(browser.post(path, data=values | typed).status_code)


def test_product_opens_and_is_saved_without_its_hidden_client(boris, hidden, people):
    row = read_by_boris(product(hidden, "Meter"), people)
    assert "confidential client" in opened(boris, f"/products/{row.id}", hidden)
    assert saved(boris, f"/products/{row.id}/edit", name="Gauge") == 303
    assert (row.name, row.client_id) == ("Gauge", hidden.id)
    assert "Gauge" in opened(boris, f"/products/{row.id}", hidden)


def test_rep_opens_and_is_saved_without_its_hidden_client_and_person(boris, hidden, zhou, people):
    row = read_by_boris(representation(hidden, zhou), people)
    page = opened(boris, f"/people/reps/{row.id}", hidden, zhou)
    assert "China rep for confidential client" in page
    assert saved(boris, f"/people/reps/{row.id}/edit", territory="East") == 303
    assert (row.territory, row.person_id) == ("East", zhou.id)
    assert "East" in opened(boris, f"/people/reps/{row.id}", hidden, zhou)


def test_rep_is_listed_on_the_page_of_its_person(boris, hidden, wang, people):
    row = read_by_boris(representation(hidden, wang), people)
    assert f'href="/people/reps/{row.id}"' in opened(boris, f"/people/{wang.id}", hidden)


def test_need_opens_and_is_saved_without_its_hidden_project(boris, people):
    host = organization(f"{SEEN} Municipal")
    project = add_project(SYSTEM, {"name": f"{HIDDEN} City", "country": "CN"})
    need = save_need(SYSTEM, {"title": "Pumps", "project_id": project.id, "organization_id": host.id})
    project.team_id, project.counselor_id = team("Inland"), people["anna"].id
    make_confidential(project)
    of_bay(need)
    assert "confidential project" in opened(boris, f"/projects/needs/{need.id}", project)
    assert f'href="/projects/needs/{need.id}"' in opened(boris, f"/organizations/{host.id}", project)
    assert saved(boris, f"/projects/needs/{need.id}/edit", title="Valves") == 303
    assert "Valves" in opened(boris, f"/projects/needs/{need.id}", project)


def test_opportunity_opens_and_is_saved_without_its_hidden_parts(boris, hidden, zhou, people):
    parts = {"buyer_id": hidden.id, "buyer_contact_id": zhou.id}
    row = of_bay(make_opportunity(client_of("Bay", f"{SEEN} Filters"), "Water", counselor=people["boris"], **parts))
    opened(boris, f"/opportunities/{row.id}", hidden, zhou)
    opened(boris, "/opportunities/board")
    assert cells(boris, "/opportunities/")["client"] == f"{SEEN} Filters"
    assert saved(boris, f"/opportunities/{row.id}/edit", title="Air") == 303
    assert (row.title, row.buyer_id) == ("Air", hidden.id)


def test_opportunity_of_a_confidential_client_hides_its_name(boris, hidden, people):
    row = read_by_boris(make_opportunity(hidden, "Water"), people)
    if hidden.confidential:
        assert "confidential client" in opened(boris, f"/opportunities/{row.id}", hidden)
        assert "confidential client" in opened(boris, "/opportunities/board", hidden)


def test_project_opens_without_its_hidden_parties(boris, hidden, zhou, wang):
    host = organization(f"{SEEN} Works")
    row = add_project(SYSTEM, {"name": f"{SEEN} City", "country": "CN", "source_id": zhou.id})
    for party, contact, role in ((hidden, wang, ProjectRole.owner), (host, zhou, ProjectRole.prime)):
        save_party(row, {"organization_id": party.id, "person_id": contact.id, "role": role})
    assert f"{SEEN} Works" in opened(boris, f"/projects/{row.id}", hidden, zhou)
    assert cells(boris, "/projects/")["name"] == f"{SEEN} City"


@pytest.fixture
def talk(hidden, zhou, wang):
    """Return an interaction of Bay with Wang, then at the hidden organization, and the hidden person; no subject."""
    parties = [PartyValues(person_id=wang.id, organization_id=hidden.id), PartyValues(person_id=zhou.id)]
    affiliation(wang, hidden)
    values = {"wall": datetime(2026, 3, 9, 9), "zone": "America/Los_Angeles", "team_id": team("Bay")}
    return of_bay(
        log_interaction(
            SYSTEM, values, InteractionDetails(parties=parties, clients=[ClientMinutes(hidden.id, contact=20)])
        )
    )


def test_interaction_opens_without_the_hidden_person_and_client(boris, talk, hidden, zhou, wang):
    assert f'href="/people/{wang.id}"' in opened(boris, f"/interactions/{talk.id}", hidden, zhou)
    row = cells(boris, "/interactions/")
    assert (row["people"], row["organization"], row["client"]) == (wang.label, "", "")
    assert cells(boris, "/people/")["organization"] == f"{SEEN} Municipal"


def test_timeline_shows_the_interaction_without_the_hidden_person_and_client(boris, talk, hidden, zhou, wang):
    for query in ("", "tab=meetings", f"find={SEEN}", f"tab=meetings&find={SEEN}"):
        page = opened(boris, f"/people/{wang.id}?{query}", hidden, zhou)
        assert f'href="/interactions/{talk.id}"' in page, query


def test_nothing_is_found_by_a_hidden_name(boris, talk, hidden, zhou, wang):
    page = boris.get(f"/people/{wang.id}?find={HIDDEN}").text
    assert f'href="/interactions/{talk.id}"' not in page
    assert "No results found" in page
    assert boris.get(f"/search?q={HIDDEN}", headers={"Accept": "application/json"}).json["hits"] == []


def test_follow_up_opens_without_the_hidden_person(boris, hidden, zhou, wang, people):
    values = {"title": f"{SEEN} price", "due_on": DAY, "counselor_id": people["boris"].id}
    row = of_bay(add_follow_up(SYSTEM, values, about=[zhou.id, wang.id, hidden.id]))
    for path in (f"/followups/{row.id}", "/followups/", "/", f"/people/{wang.id}"):
        assert f"{SEEN} price" in opened(boris, path, hidden, zhou), path
    assert cells(boris, "/followups/")["about"] == f"{wang.label}; {SEEN} Municipal"
    complete_follow_up(SYSTEM, row)
    for query in ("tab=done", f"find={SEEN}", f"tab=done&find={SEEN}"):
        assert f"{SEEN} price" in opened(boris, f"/people/{wang.id}?{query}", hidden, zhou), query


def test_organization_opens_without_its_hidden_parent_and_owner(boris, hidden):
    row = organization(f"{SEEN} Works", parent_id=hidden.id, parent_share=60)
    owner(row, hidden, 60)
    opened(boris, f"/organizations/{row.id}", hidden)
    assert cells(boris, "/organizations/")["name"] == f"{SEEN} Works"


def test_show_opens_without_its_hidden_organizer_and_guests(boris, hidden, zhou):
    values = {"name": f"{SEEN} Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY}
    row = save_show(SYSTEM, values | {"organizer_id": hidden.id})
    for guest in (hidden, zhou):
        save_participant(row, {"record_id": guest.id})
    opened(boris, f"/shows/{row.id}", hidden, zhou)
    assert cells(boris, "/shows/")["name"] == f"{SEEN} Fair"


def test_moved_interaction_links_only_to_a_visible_new_one(boris, talk, people):
    values = {"wall": datetime(2026, 3, 9, 9), "zone": "America/Los_Angeles", "team_id": team("Inland")}
    later = log_interaction(SYSTEM, values | {"subject": HIDDEN}, InteractionDetails())
    talk.rescheduled_to_id = later.id
    assert f"/interactions/{later.id}" not in opened(boris, f"/interactions/{talk.id}")
    of_bay(later)
    assert f'href="/interactions/{later.id}"' in opened(boris, f"/interactions/{talk.id}")
