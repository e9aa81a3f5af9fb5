"""The buttons of record pages open forms that name the record."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.projects.services import add_project, save_need
from crm.shows.services import save_show
from tests.factories import client_of, organization, person, product, representation
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity
from tests.factories.records import reachable

SHOW = {
    "name": "Smart City Fair",
    "zone": "Asia/Shanghai",
    "starts_on": date(2026, 3, 10),
    "ends_on": date(2026, 3, 12),
}


@pytest.fixture
def records(people, actor):
    anna = actor("anna")
    client_row = client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])
    project = add_project(anna, {"name": "Suzhou smart city", "country": "CN"})
    return {
        "people": person("Zhou", "Limin", organization=organization("Lotus Bridge")),
        "organizations": client_row,
        "projects": project,
        "projects/needs": save_need(anna, {"title": "Level sensors", "project_id": project.id}),
        "opportunities": make_opportunity(client_row),
        "shows": save_show(anna, SHOW),
        "products": product(client_row),
        "people/reps": representation(client_row),
        "milestones": make_milestone(client_row),
    }


def are_prefilled(client, path: str, record_id: int, form: str) -> bool:
    """Return whether all forms of this kind that the page of a record links to name the record."""
    page = client.get(f"/{path}/{record_id}").text
    urls = set(re.findall(rf'href="(/{form}\?[^"]*\b{record_id}\b[^"]*)"', page))
    return bool(urls) and all(f'value="{record_id}" selected' in client.get(unescape(url)).text for url in urls)


@pytest.mark.parametrize("path", ["people", "organizations", "projects", "opportunities", "shows"])
def test_log_button_keeps_the_record(client, records, path):
    assert are_prefilled(client.login_as("anna"), path, records[path].id, "interactions/new")


@pytest.mark.parametrize(
    "path",
    [
        "people",
        "organizations",
        "projects",
        "projects/needs",
        "opportunities",
        "shows",
        "products",
        "people/reps",
        "milestones",
    ],
)
def test_follow_up_button_keeps_the_record(client, records, path):
    assert are_prefilled(client.login_as("anna"), path, records[path].id, "followups/new")


@pytest.mark.parametrize("path", ["projects", "opportunities", "shows"])
def test_sentence_typed_on_the_page_of_a_record_is_about_it(client, records, path):
    record_id = records[path].id
    page = client.login_as("anna").get(f"/{path}/{record_id}").text
    assert f'<input type="hidden" name="record" value="{record_id}">' in page
    preview = client.post("/interactions/log", data={"sentence": "met Zhou Limin, 20m", "record": record_id}).text
    assert f'value="{record_id}" selected' in preview


def test_follow_up_about_a_need_is_on_its_page(client, records):
    need = records["projects/needs"]
    client.login_as("anna")
    data = {"title": "Ask for the quantity", "due_on": "2026-03-12", "side": "we", "about": need.id}
    assert client.post("/followups/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(FollowUpAbout.record_id)).all() == [need.id]
    assert "Ask for the quantity" in client.get(f"/projects/needs/{need.id}").text


def test_follow_up_of_an_interaction_is_about_its_people_and_comes_from_it(client, actor):
    zhou = person("Zhou", "Limin", organization=organization("Lotus Bridge"))
    details = InteractionDetails(parties=[PartyValues(zhou.id)])
    row = log_interaction(actor("anna"), {"wall": datetime(2026, 3, 9, 9), "zone": "UTC"}, details)
    page = client.login_as("anna").get(f"/interactions/{row.id}").text
    (url,) = (unescape(x) for x in re.findall(r'href="(/followups/new\?[^"]+)"', page))
    assert f'value="{zhou.id}" selected' in client.get(url).text
    data = {"title": "Send the price", "due_on": "2026-03-12", "side": "we", "about": zhou.id}
    assert client.post(url, data=data).status_code == 303
    assert db.session.scalars(sa.select(FollowUp.source_id)).all() == [row.id]


def test_archived_person_offers_no_email(client, people, session):
    zhou = person("Zhou", "Limin")
    reachable(zhou, email="zhou@example.cn")
    session.commit()
    anna = client.login_as("anna")
    assert f'href="/people/{zhou.id}/email"' in anna.get(f"/people/{zhou.id}").text
    archive_record(zhou, "Retired")
    session.commit()
    assert f'href="/people/{zhou.id}/email"' not in anna.get(f"/people/{zhou.id}").text
