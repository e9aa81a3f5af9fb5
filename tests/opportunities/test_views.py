"""Pages of opportunities: list, form, move, exit tests, files, and who may open them."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.web.files import folder
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, StageGroup
from crm.records.models import Attachment
from tests.factories import client_of, organization, person, representation, team_id_of
from tests.factories.opportunities import make_opportunity, reason
from tests.factories.products import product
from tests.fixtures.forms import chosen_in
from tests.opportunities.lookups import page_text

PAGES = ("", "/edit", "/move", "/tests/nnn")


@pytest.mark.parametrize("path", ["/opportunities/", "/opportunities/board", "/opportunities/new"])
def test_pages_open_for_staff_and_ask_guests_to_sign_in(client, inland_client, path):
    assert (client.get(path).status_code, client.login_as("anna").get(path).status_code) == (303, 200)


def test_pages_of_an_opportunity_open_for_its_team_only(client, inland_client):
    row = make_opportunity(inland_client)
    paths = [f"/opportunities/{row.id}{x}" for x in PAGES]
    assert [client.login_as("anna").get(p).status_code for p in paths] == [200] * 4
    client.post("/logout")
    assert [client.login_as("boris").get(p).status_code for p in paths] == [404] * 4


def test_compliance_may_see_and_hold_but_not_edit_what_awaits_review(client, people):
    row = make_opportunity(client_of("Bay"))
    dora = client.login_as("dora")
    assert [dora.get(f"/opportunities/{row.id}{x}").status_code for x in PAGES] == [200, 403, 200, 200]
    assert f"/records/{row.id}/" not in dora.get(f"/opportunities/{row.id}").text
    row.stage = OpportunityStage.quoted
    assert dora.get(f"/opportunities/{row.id}").status_code == 404


def test_files_open_for_those_who_may_see_the_opportunity(client, people):
    row, secret, organization = (
        make_opportunity(client_of("Bay")),
        make_opportunity(client_of("Bay"), confidential=True),
        client_of("Bay"),
    )
    (folder("attachments") / "zqcase").write_bytes(b"abc")
    facts = {"name": "a.txt", "media_type": "text/plain", "size": 3, "stored_as": "zqcase", "at": business_clock.now()}
    files = [
        Attachment(record_id=r.id, sha256=sha256(b"abc").hexdigest(), **facts) for r in (row, secret, organization)
    ]
    db.session.add_all(files)
    db.session.flush()
    paths = [f"/records/files/{file.id}" for file in files]
    dora = client.login_as("dora")
    assert [dora.get(path).status_code for path in paths] == [200, 404, 404]
    assert dora.get(f"/records/{row.id}").status_code == 303
    row.stage = OpportunityStage.quoted
    assert dora.get(paths[0]).status_code == 404
    assert client.login_as("boris").get(paths[0]).status_code == 200


def test_wrong_method_is_405(client, inland_client):
    row = make_opportunity(inland_client)
    anna = client.login_as("anna")
    assert [anna.get(f"/opportunities/{row.id}/undo/1").status_code, anna.post("/opportunities/board").status_code] == [
        405,
        405,
    ]


@pytest.mark.parametrize("group", [g.value for g in StageGroup])
def test_list_filters_by_column(client, inland_client, group):
    row = make_opportunity(inland_client, "Only one", stage=OpportunityStage.delivering)
    page = page_text(client.login_as("anna").get(f"/opportunities/?group={group}"))
    assert (row.label in page) == (group == "signed")


def test_new_opportunity_is_prefilled_and_added_once(client, inland_client, people):
    anna = client.login_as("anna")
    form = page_text(anna.get(f"/opportunities/new?client={inland_client.id}"))
    assert re.search(
        rf'<option[^>]*value="{inland_client.id}"[^>]*selected|selected[^>]*value="{inland_client.id}"', form
    )
    data = {
        "client_id": inland_client.id,
        "title": "Gauges",
        "path": "project",
        "currency": "USD",
        "waiting_for": "us",
        "license_gate": "to_determine",
        "uid": "11111111-1111-1111-1111-111111111111",
    }
    answers = [anna.post("/opportunities/new", data=data) for _n in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert db.session.query(Opportunity).filter_by(title="Gauges").count() == 1


def test_new_opportunity_asks_only_users_without_a_team_for_one(client, people):
    shared = organization("Huayue Municipal")
    assert 'name="team_id"' not in client.login_as("anna").get("/opportunities/new").text
    nora = client.login_as("nora")
    assert 'name="team_id"' in nora.get(f"/opportunities/new?client={shared.id}").text
    data = {
        "client_id": shared.id,
        "title": "Gauges",
        "path": "project",
        "currency": "USD",
        "waiting_for": "us",
        "license_gate": "to_determine",
    }
    refused = nora.post("/opportunities/new", data=data)
    assert (refused.status_code, "Choose a team for this opportunity." in page_text(refused)) == (422, True)
    assert nora.post("/opportunities/new", data=data | {"team_id": team_id_of("Bay")}).status_code == 303
    assert db.session.query(Opportunity).one().team_id == team_id_of("Bay")


@pytest.mark.parametrize(
    ("user", "of_client", "offered"),
    [("anna", False, "anna"), ("clara", False, "clara"), ("clara", True, "anna"), ("nora", False, None)],
)
def test_new_opportunity_has_the_clients_counselor_else_the_user(
    client, inland_client, people, user, of_client, offered
):
    query = f"?client={inland_client.id}" if of_client else ""
    chosen = chosen_in(client.login_as(user).get(f"/opportunities/new{query}").text, "counselor_id")
    assert chosen == (str(people[offered].id) if offered else "")


def test_emptied_counselor_stays_empty_when_the_form_comes_back(client, inland_client, people):
    data = {
        "client_id": inland_client.id,
        "path": "project",
        "currency": "USD",
        "waiting_for": "us",
        "counselor_id": "",
        "license_gate": "to_determine",
        "close_quarter": "soon",
    }
    answer = client.login_as("anna").post("/opportunities/new", data=data)
    assert (answer.status_code, chosen_in(answer.text, "counselor_id")) == (422, "")


def test_invalid_form_is_422_and_adds_nothing(client, inland_client, read_rows):
    before = read_rows()
    data = {
        "client_id": inland_client.id,
        "path": "project",
        "currency": "USD",
        "waiting_for": "us",
        "license_gate": "to_determine",
        "close_quarter": "soon",
    }
    answer = client.login_as("anna").post("/opportunities/new", data=data)
    assert answer.status_code == 422
    assert "Use the format 2027Q1." in page_text(answer)
    assert read_rows() == before


def test_move_page_shows_missing_tests_and_blocked_stages(client, inland_client):
    row = make_opportunity(inland_client, stage=OpportunityStage.introduced)
    page = page_text(client.login_as("anna").get(f"/opportunities/{row.id}/move"))
    assert "missing: introduction of both sides" in page
    assert "Complete the export review before a quote or sample." in page
    assert "Ask Dora" in page
    assert 'name="stage" value="quoted"' not in page


def test_move_page_mentions_the_export_review_while_it_blocks_a_stage(client, inland_client, cleared_opportunity):
    anna, hint = client.login_as("anna"), "Complete the export review first"
    assert [
        hint in anna.get(f"/opportunities/{row.id}/move").text
        for row in (make_opportunity(inland_client), cleared_opportunity)
    ] == [
        True,
        False,
    ]
    cleared_opportunity.stage = OpportunityStage.export_hold
    page = anna.get(f"/opportunities/{cleared_opportunity.id}/move").text
    assert [x in page for x in (hint, "Ask a compliance officer to set or lift the export hold", "Ask Dora")] == [
        False,
        True,
        True,
    ]


def test_lost_opportunity_shows_its_reason(client, inland_client):
    price = reason("Price")
    reason("Old reason", active=False)
    row, anna = make_opportunity(inland_client, "Meters"), client.login_as("anna")
    page = anna.get(f"/opportunities/{row.id}/move?to=lost").text
    assert ("Price" in page, "Old reason" in page) == (True, False)
    data = {"stage": "lost", "lost_reason_id": price.id, "why": "Half the price from Hefei", "version": row.version}
    assert anna.post(f"/opportunities/{row.id}/move", data=data).status_code == 303
    page = anna.get(f"/opportunities/{row.id}").text
    assert "Price. Half the price from Hefei" in " ".join(page.split())
    history = anna.get(f"/records/{row.id}/history").text
    assert ("Lost reason" in history, "Price" in history) == (True, True)


def test_move_goes_back_where_it_came_from_and_can_be_undone(client, cleared_opportunity):
    anna = client.login_as("anna")
    data = {
        "stage": "introduced",
        "version": cleared_opportunity.version,
        "skip": ["rep_known"],
        "next": "/opportunities/board",
    }
    answer = anna.post(f"/opportunities/{cleared_opportunity.id}/move", data=data)
    assert (answer.status_code, answer.headers["Location"], cleared_opportunity.stage) == (
        303,
        "/opportunities/board",
        OpportunityStage.introduced,
    )
    undo = re.search(r'action="(/opportunities/\d+/undo/\d+)"', page_text(anna.get("/opportunities/board")))[1]
    assert (anna.post(undo).status_code, cleared_opportunity.stage) == (303, OpportunityStage.matched)


@pytest.mark.parametrize(
    "data",
    [
        {"stage": "quoted"},
        {"stage": "lost"},
        {"stage": "dormant"},
        {"stage": "export_hold"},
        {"stage": "nowhere"},
        {},
    ],
)
def test_refused_move_is_422_and_changes_nothing(client, inland_client, read_rows, data):
    row = make_opportunity(inland_client, stage=OpportunityStage.introduced)
    anna = client.login_as("anna")
    anna.get("/opportunities/")
    before = read_rows()
    answer = anna.post(f"/opportunities/{row.id}/move", data=data | {"version": row.version})
    assert answer.status_code == 422
    assert read_rows() == before


def test_move_of_an_opportunity_that_changed_meanwhile_is_409(client, inland_client):
    row = make_opportunity(inland_client, stage=OpportunityStage.introduced)
    answer = client.login_as("anna").post(
        f"/opportunities/{row.id}/move", data={"stage": "qualifying", "version": row.version - 1}
    )
    assert (answer.status_code, row.stage) == (409, OpportunityStage.introduced)


def test_exit_test_is_marked_by_hand(client, inland_client):
    row = make_opportunity(inland_client)
    anna = client.login_as("anna")
    bad = anna.post(f"/opportunities/{row.id}/tests/quote", data={"state": "met"})
    good = anna.post(f"/opportunities/{row.id}/tests/quote", data={"state": "met", "where": "Mail of 3 Dec"})
    assert (bad.status_code, good.status_code) == (422, 303)
    assert "Mail of 3 Dec" in page_text(anna.get(f"/opportunities/{row.id}"))
    assert anna.get(f"/opportunities/{row.id}/tests/nothing").status_code == 404


@pytest.mark.parametrize("path", ["", "/move?to=introduced"])
def test_export_review_links_lead_to_where_the_user_may_record_it(client, inland_client, path):
    offer, by_hand = product(inland_client), re.compile(r'href="(/[^"?]*)[^"]*"[^>]*>Add details<span[^>]*>: ([a-z]+)')
    row = make_opportunity(inland_client, product_id=offer.id)

    def links(user):
        page = client.login_as(user).get(f"/opportunities/{row.id}{path}").text
        urls = {word: url for url, word in by_hand.findall(page)}
        return [urls[word] for word in ("jurisdiction", "license", "screening")]

    tests = f"/opportunities/{row.id}/tests/"
    assert links("anna") == [f"/products/{offer.id}/edit", f"/opportunities/{row.id}/edit", f"{tests}parties_screened"]
    client.post("/logout")
    assert links("dora") == [f"{tests}jurisdiction", f"{tests}license_need", f"{tests}parties_screened"]


def test_opportunities_are_on_the_pages_of_client_buyer_and_rep(client, inland_client):
    buyer, zhou = organization("Huayue"), person("Zhou", "Limin")
    make_opportunity(
        inland_client, "Three parts", buyer_id=buyer.id, representation_id=representation(inland_client, zhou).id
    )
    anna = client.login_as("anna")
    pages = [f"/organizations/{inland_client.id}", f"/organizations/{buyer.id}", f"/people/{zhou.id}"]
    assert ["Three parts" in page_text(anna.get(p)) for p in pages] == [True] * 3


def test_export_leaves_confidential_opportunities_out(client, inland_client, people):
    make_opportunity(inland_client, "Plain")
    make_opportunity(inland_client, "Hidden", counselor=people["anna"], confidential=True)
    anna = client.login_as("anna")
    assert "Hidden" in page_text(anna.get("/opportunities/"))
    file = page_text(anna.get("/opportunities/?as=csv"))
    assert ("Plain" in file, "Hidden" in file) == (True, False)
