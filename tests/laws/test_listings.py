"""Every list and record page: the same few statements for any number of rows, and unknown parameters are refused."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from crm.core.data.base import db
from crm.core.lists import Listing
from crm.core.policy import SYSTEM
from crm.features import load_modules
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.projects.services import save_need
from crm.shows.services import save_participant
from tests.factories import affiliation, owner, person, product, relation, representation
from tests.factories.opportunities import make_opportunity, step
from tests.laws.application import ApplicationUnderTest
from tests.laws.build_dataset import DAY, NOW
from tests.laws.test_rights_matrix import hidden_words
from tests.laws.viewers import PEOPLE

pytestmark = pytest.mark.engine_in_turn

RESTRICTED_LISTS = ("/users", "/teams", "/security-log", "/funding/assistance", "/funding/counted")
"""Not for all users: administrators only, or not for users who may not see money."""
LISTINGS = {
    listing.name: listing
    for module in load_modules("lists")
    for listing in vars(module).values()
    if isinstance(listing, Listing)
}
ALL = pytest.mark.parametrize("name", LISTINGS)


def test_lists_are_registered():
    assert {"people", "organizations", "followups", "interactions", "opportunities", "projects", "shows"} <= set(
        LISTINGS
    )


def with_query(listing: Listing, query: str) -> str:
    """Return the list's address with query parameters."""
    return f"{listing.address}?{query}"


@ALL
def test_list_statement_count_is_the_same_for_one_and_many_rows(application, name, monkeypatch):
    listing = LISTINGS[name]
    many = application.count("admin", listing.address)
    object.__setattr__(listing, "per_page", 1)
    try:
        one = application.count("admin", listing.address)
    finally:
        object.__setattr__(listing, "per_page", 50)
    assert one == many


@ALL
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query", ["sort=nonsense", "nonsense=1", "after=garbage", "after=e30", "as=pdf", "view=nonsense"]
)
def test_list_refuses_unknown_parameters(application, name, query):
    assert application.ask("admin", "GET", with_query(LISTINGS[name], query)).status == 400


@ALL
def test_list_sorts_by_every_column_in_both_directions(application, name):
    listing = LISTINGS[name]
    sorts = [sign + col.name for col in listing.cols if col.key is not None for sign in ("", "-")]
    answers = {sort: application.ask("admin", "GET", with_query(listing, f"sort={sort}")).status for sort in sorts}
    assert sorts
    assert set(answers.values()) == {200}


@pytest.mark.parametrize("name", sorted(LISTINGS.keys() - {"board"}))
@pytest.mark.parametrize("viewer", ["anna", "shen"])
def test_exports_open_and_have_visible_rows_without_confidential_ones(application, name, viewer):
    secrets = hidden_words(application, viewer)
    listing = LISTINGS[name]
    with application.rolled_back():
        page = application.clients[viewer].get(with_query(listing, "as=csv"))
        if page.status_code == 403 and listing.address.startswith(RESTRICTED_LISTS):
            return
        sheet = application.clients[viewer].get(with_query(listing, "as=xlsx"))
    rows = list(csv.reader(io.StringIO(page.get_data().decode("utf-8-sig"))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.get_data())).get_sheet_by_index(0).to_python()
    assert len(rows) == len(book) >= 1
    assert len(set(map(len, rows))) == 1
    text = page.get_data(as_text=True)
    assert not secrets.search(text)
    assert "secret" not in text


PAGES = (
    ("organization", "inland"),
    ("organization", "shared"),
    ("person", "inland"),
    ("person", "shared"),
    ("product", "inland"),
    ("representation", "inland"),
    ("opportunity", "inland"),
    ("milestone", "inland"),
    ("project", "shared"),
    ("need", "shared"),
    ("show", "shared"),
    ("interaction", "inland"),
    ("followup", "inland"),
)


def add_children(application: ApplicationUnderTest, number: int) -> None:
    """Add many more child rows to the records of the dataset."""
    dataset, users = application.dataset, application.dataset.users
    organization, host, rosa, wang = (
        dataset.organizations["inland"],
        dataset.organizations["shared"],
        dataset.people["inland"],
        dataset.people["shared"],
    )
    for i in range(number):
        viewer, host_person = (
            person(f"More{i}", "Many", organization=organization),
            person(f"There{i}", "Many", organization=host),
        )
        affiliation(rosa, host, title=f"Adviser {i}")
        relation(rosa, viewer)
        relation(wang, host_person)
        owner(organization, f"Fund {i}", 1)
        product_row = product(organization, f"Meter {i}")
        representation(organization, host_person)
        about = make_opportunity(
            organization, f"Case {i}", counselor=users["anna"], product_id=product_row.id, buyer_id=host.id
        )
        step(about, DAY + timedelta(days=i % 3), by=users["anna"].id)
        save_need(SYSTEM, {"title": f"Need {i}", "project_id": dataset.of("project", "shared").id})
        save_participant(db.session.get(type(dataset.show), dataset.show.id), {"record_id": viewer.id})
        details = InteractionDetails(
            parties=[PartyValues(person_id=p.id) for p in (rosa, wang, viewer)],
            clients=[ClientMinutes(organization.id, contact=5)],
            about=[about.id, dataset.of("project", "shared").id, product_row.id],
        )
        values = {
            "wall": (NOW - timedelta(days=i + 1)).replace(tzinfo=None),
            "zone": "America/Los_Angeles",
            "subject": f"Talk {i}",
        }
        log_interaction(SYSTEM, values | {"team_id": organization.team_id, "minutes": 10}, details)
    db.session.commit()


def test_record_page_statement_count_is_the_same_for_one_and_many_children(application):
    paths = [f"/records/{application.dataset.of(kind, access_case).id}" for kind, access_case in PAGES]
    where = [application.ask("nora", "GET", path).location for path in paths]
    paths = [
        *where,
        f"/records/{application.dataset.of('organization').id}/history",
        "/",
        "/cities/",
        "/cities/suzhou",
        "/opportunities/board",
    ]
    with application.rolled_back():
        add_children(application, 1)
        before = {path: application.count("nora", path) for path in paths}
        add_children(application, 12)
        after = {path: application.count("nora", path) for path in paths}
    assert {path: (n, after[path]) for path, n in before.items() if after[path] > n} == {}


TIMELINES = (("organization", "inland"), ("person", "shared"))
TOLD = ("tab=meetings", "tab=done", "find=Talk", "older=2027-01-01T00:00:00%2B00:00~1")


def talk(application: ApplicationUnderTest, number: int) -> None:
    """Fill timelines of the dataset with interactions and closed follow-ups."""
    dataset = application.dataset
    ids = [dataset.of(kind, access_case).id for kind, access_case in TIMELINES]
    parties = [PartyValues(person_id=dataset.people[access_case].id) for access_case in ("inland", "shared")]
    for i in range(number):
        local = {"wall": (NOW - timedelta(days=i + 1)).replace(tzinfo=None), "zone": "America/Los_Angeles"}
        details = InteractionDetails(
            parties=parties, clients=[ClientMinutes(dataset.organizations["inland"].id, contact=5)], about=ids
        )
        log_interaction(
            SYSTEM, local | {"team_id": dataset.organizations["inland"].team_id, "subject": f"Talk {i}"}, details
        )
        complete_follow_up(SYSTEM, add_follow_up(SYSTEM, {"title": f"Talk {i}", "due_on": DAY}, about=ids))
    db.session.commit()


def test_timeline_statement_count_is_the_same_for_1_and_50_rows(application):
    pages = [
        application.ask("nora", "GET", f"/records/{application.dataset.of(kind, access_case).id}").location
        for kind, access_case in TIMELINES
    ]
    paths = [f"{page}?{query}" for page in pages for query in TOLD]
    with application.rolled_back():
        talk(application, 1)
        before = {path: application.count("nora", path) for path in paths}
        talk(application, 49)
        after = {path: application.count("nora", path) for path in paths}
        rows = [application.ask("nora", "GET", path).text.count("Talk ") for path in paths[: len(TOLD)]]
    assert min(rows) > 10
    assert {path: (n, after[path]) for path, n in before.items() if after[path] != n} == {}


@pytest.mark.parametrize("viewer", PEOPLE)
def test_search_returns_only_visible_records(application, viewer):
    secrets = hidden_words(application, viewer)
    for text in ("zq", "Zqorga", "zqpers", "zqopposecret", "13912345678", "example.org", "limin"):
        for accept in ("text/html", "application/json"):
            answer = application.ask(viewer, "GET", f"/search?q={text}", headers={"Accept": accept})
            assert answer.status == 200
            assert not secrets.search(answer.text), (text, accept)
