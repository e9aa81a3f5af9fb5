"""The groups of the palette: commands by right, views, starred and recent records, interactions by their notes."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.engines import on_sqlite
from crm.core.search import newest as newest_matches
from crm.core.search.index import RECORD
from crm.core.search.query_words import build_group_query, build_match_query
from crm.followups.services import add_follow_up
from crm.interactions.services import InteractionDetails, log_interaction
from crm.records.services import star
from crm.search.models import SavedView
from crm.search.notes import find_excerpt
from tests.factories import archived, make_confidential, organization, person

pytestmark = pytest.mark.usefixtures("people")
JSON = {"Accept": "application/json"}


def find_groups(client, address: str) -> dict[str, list[str]]:
    groups = client.get(address, headers=JSON).json["groups"]
    return {group["label"]: [hit["label"] for hit in group["hits"]] for group in groups}


def log(actor, subject: str, notes: str = "", **values):
    plain = {"subject": subject, "notes": notes, "wall": datetime(2026, 3, 9, 9), "zone": "UTC"}
    return log_interaction(actor, plain | values, InteractionDetails())


def test_newest_interactions_are_searched_first_and_older_ones_next(session, actor, monkeypatch):
    monkeypatch.setattr(newest_matches, "RECENT", 2)
    rows = [log(actor("anna"), f"Steel {number}") for number in range(6)]
    archived(rows[5])
    archived(rows[3])
    queries = {"exact_query": build_group_query([["steel"]]), "match_query": build_match_query(["stee"])}
    newest = {
        limit: newest_matches.select_newest("interaction", limit, RECORD.c.archived_at.is_(None), sqlite=on_sqlite())
        for limit in (1, 3, 9)
    }
    ids = {limit: set(session.scalars(sa.select(matches), queries)) for limit, matches in newest.items()}
    assert ids == {
        1: {rows[4].id},
        3: {rows[4].id, rows[2].id, rows[1].id},
        9: {rows[4].id, rows[2].id, rows[1].id, rows[0].id},
    }


def test_letter_beside_a_word_finds_older_interactions(client, actor, monkeypatch):
    monkeypatch.setattr(newest_matches, "CANDIDATES", 2)
    anna = actor("anna")
    for subject in ("Steel quote", "Steel pipes", "Steel valves", "Steel sheets"):
        log(anna, subject)
    groups = find_groups(client.login_as("anna"), "/search?q=steel q")
    assert groups["Interactions and follow-ups"] == ["Steel quote"]


def test_whole_words_are_found_before_beginnings_of_words(client, actor):
    anna = actor("anna")
    for subject in ("Quotes 1", "Quotes 2", "Quotes 3", "Quote 1", "Quote 2", "Quote 3"):
        log(anna, subject)
    groups = find_groups(client.login_as("anna"), "/search?q=quote")
    assert groups["Interactions and follow-ups"] == ["Quote 3", "Quote 2", "Quote 1", "Quotes 3", "Quotes 2"]


def test_records_are_read_first_and_the_rest_by_its_address(client, actor):
    client.login_as("anna")
    organization("Steel Works")
    log(actor("anna"), "Steel quote")
    all_groups = find_groups(client, "/search?q=steel")
    first = client.get("/search?q=steel&part=records", headers=JSON).json
    records, rest = (find_groups(client, url) for url in ("/search?q=steel&part=records", first["more"]))
    assert list(records) == ["Organizations"]
    assert list(rest) == ["Interactions and follow-ups"]
    assert all_groups == records | rest


@pytest.mark.parametrize("query", ["q=", "q=>new", "q=steel", "q=steel&kinds=person&part=records", "q=steel&part=rest"])
def test_complete_results_have_no_further_address(client, query):
    assert client.login_as("anna").get(f"/search?{query}", headers=JSON).json["more"] == ""


def test_unknown_part_is_refused(client):
    assert client.login_as("anna").get("/search?q=steel&part=all", headers=JSON).status_code == 400


def test_commands_are_found_by_words_and_initials(client):
    client.login_as("anna")
    assert find_groups(client, "/search?q=>new+per")["Commands"][0] == "New person"
    assert find_groups(client, "/search?q=>gt")["Commands"][:2] == ["Go to Today", "Go to People"]
    (hit,) = client.get("/search?q=>dark", headers=JSON).json["hits"]
    assert (hit["label"], hit["url"], hit["control"]) == ("Dark theme", "/profile", '[data-theme-set="dark"]')
    assert find_groups(client, "/search?q=>my+follow")["Commands"][0] == "My follow-ups"
    assert find_groups(client, "/search?q=>zzz") == {}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("add per", "New person"),
        ("create opp", "New opportunity"),
        ("add follow-up", "New follow-up"),
        ("saved views", "Saved views"),
        ("export", "Export everything"),
    ],
)
def test_commands_are_found_by_the_words_of_buttons(client, text, label):
    assert find_groups(client.login_as("anna"), f"/search?q=>{text}")["Commands"] == [label]


def test_page_says_that_a_command_does_not_exist_as_the_palette_does(client):
    page = unescape(client.login_as("anna").get("/search?q=>+zzzz").text)
    text = "No command found. Delete the text after > to see all commands."
    assert f"<h2>{text}</h2>" in page
    assert f'data-no-command="{text}"' in page
    assert "last four digits" not in page


def test_commands_respect_rights(client):
    labels = {name: set(find_groups(client.login_as(name), "/search?q=>")["Commands"]) for name in ("anna", "admin")}
    assert labels["admin"] - labels["anna"] >= {"Go to Users", "Go to Lists", "Security log"}
    assert "New person" in labels["anna"]


def test_every_command_opens_a_page(client):
    client.login_as("anna")
    urls = {hit["url"] for hit in client.get("/search?q=>", headers=JSON).json["hits"]}
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_commands_beside_records_are_last_and_few(client):
    organization("People First")
    groups = find_groups(client.login_as("anna"), "/search?q=people")
    assert groups == {
        "Organizations": ["People First"],
        "Commands": ["Go to People", "Emails to people", "People by city"],
    }
    assert "Go to People" in client.get("/search?q=people").text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("digest", "Next digest"),
        ("digest hour", "Digest time"),
        ("password", "Change password"),
        ("2fa", "Two-factor authentication"),
        ("vacation", "Coverage"),
        ("outlook", "Calendar"),
        ("notifications", "Reminder settings"),
    ],
)
def test_settings_are_found_by_what_they_are_about(client, text, label):
    assert label in find_groups(client.login_as("anna"), f"/search?q={text}")["Commands"]


@pytest.mark.parametrize("text", ["Ningbo", "ningbo ", "宁波", "寧波"])
def test_city_leads_to_its_people(client, text):
    assert find_groups(client.login_as("anna"), f"/search?q={text}")["Cities"] == ["People in Ningbo"]
    (hit,) = [hit for hit in client.get(f"/search?q={text}", headers=JSON).json["hits"] if hit["kind"] == "city"]
    assert hit["url"] == "/cities/?q=Ningbo"
    assert "Cities" not in find_groups(client, "/search?q=ningb")


def test_saved_views_are_found_among_commands(client, people):
    for name, user in (("Water in Ningbo", "anna"), ("Water of Boris", "boris")):
        db.session.add(SavedView(user_id=people[user].id, endpoint="people.index", name=name, query="q=water"))
    db.session.flush()
    assert find_groups(client.login_as("anna"), "/search?q=>water") == {"Views": ["Water in Ningbo"]}


def test_empty_query_shows_starred_before_recent_records(client, actor):
    port, zhou = organization("Zhoushan Port"), person("Zhou", "Limin")
    star(actor("anna"), port, on=True)
    client.login_as("anna")
    for path in (f"/organizations/{port.id}", f"/people/{zhou.id}"):
        client.get(path)
    assert find_groups(client, "/search") == {"Starred": ["Zhoushan Port"], "Recent": ["Limin Zhou"]}


def test_interactions_and_follow_ups_are_found_by_their_words(client, actor, people):
    anna = actor("anna")
    log(anna, "Call about filters", "He wants the HACCP certificate before the visit.")
    log(anna, "检测", "样品已到，证书下周寄")
    archived(log(anna, "Old call", "HACCP"))
    log(actor("boris"), "Bay call", "HACCP of another team")
    make_confidential(log(actor("dora"), "Secret call", "HACCP secret", counselor_id=people["dora"].id))
    add_follow_up(anna, {"title": "Send HACCP list", "due_on": date(2026, 3, 12)}, about=[])
    client.login_as("anna")
    heading = "Interactions and follow-ups"
    assert find_groups(client, "/search?q=haccp") == {heading: ["Send HACCP list", "Call about filters"]}
    assert find_groups(client, "/search?q=证书") == {heading: ["检测"]}
    hints = [hit["hint"] for hit in client.get("/search?q=haccp", headers=JSON).json["hits"]]
    assert hints == ["Mar 12", "Mar 9\xa0· He wants the HACCP certificate before the visit."]


def test_statement_count_is_independent_of_the_result_size(client, sql):
    client.login_as("anna")
    client.get("/search?q=firm", headers=JSON)
    counts = []
    # With fewer results typos are tried, too.
    for number in (4, 12):
        for i in range(number):
            organization(f"Firm {number}-{i}")
        sql.clear()
        assert client.get("/search?q=firm", headers=JSON).json["hits"]
        counts.append(len(sql))
    assert counts[0] == counts[1]


def test_excerpt_shows_the_words_around_the_match():
    notes = "x " * 100 + "wants the certificate" + " y" * 100
    excerpt = find_excerpt(notes, "certificate now")
    assert excerpt.startswith("…x x")
    assert excerpt.endswith("y…")
    assert "wants the certificate" in excerpt
    assert find_excerpt(notes, "price") == ""


def test_people_are_found_by_how_they_are_addressed(client):
    person("Zhou", "Ting", family_native="周", given_native="婷")
    person("Zhou", "Limin", family_native="周", given_native="立民", address_as="周经理")
    person("Zhao", "Yun", family_native="赵", given_native="云")
    client.login_as("anna")
    assert find_groups(client, "/search?q=周经理")["People"] == ["Zhou Limin", "Zhou Ting"]
    assert set(find_groups(client, "/search?q=周總")["People"]) == {"Zhou Limin", "Zhou Ting"}
    assert "People" not in find_groups(client, "/search?q=周经理&kinds=organization")
    assert "People" not in find_groups(client, "/search?q=经理")
