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
from tests.factories.opportunities import make_opportunity
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
    assert (row.id, anna.post("/opportunities/board").status_code) == (row.id, 405)


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
    assert "Use the format Q1 2027." in page_text(answer)
    assert read_rows() == before


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


def test_totals_of_the_list_leave_out_lost_opportunities_unless_all_are_lost(client, inland_client):
    for stage, amount in (
        (OpportunityStage.quoted, 1000),
        (OpportunityStage.lost, 400),
        (OpportunityStage.no_bid, None),
    ):
        make_opportunity(inland_client, stage=stage, amount=amount)
    anna = client.login_as("anna")
    pages = [page_text(anna.get(f"/opportunities/{query}")) for query in ("", "?state=over", "?state=open")]
    assert "US$ total $1,000\xa0· weighted $400\xa0· without 2 lost or withdrawn" in pages[0]
    assert "US$ total $400\xa0· weighted $0\xa0· 1 without an amount" in pages[1]
    assert ["without 2 lost" in page for page in pages] == [True, False, False]


def test_list_without_open_opportunities_says_so_and_names_filters_only_if_chosen(client, people):
    anna = client.login_as("anna")
    page = anna.get("/opportunities/?view=open", follow_redirects=True).text
    assert ("No open opportunities" in page, "No results match" in page) == (True, False)
    assert "No next step is missing" in anna.get("/opportunities/?view=nostep").text
    assert "No results match" in anna.get("/opportunities/?state=open&q=zhou").text
    assert "No results match" in anna.get("/opportunities/?view=open&q=zhou").text
    assert "No results match" in anna.get("/opportunities/?state=over").text
    assert "No opportunities yet" in anna.get("/opportunities/").text
