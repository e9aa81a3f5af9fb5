"""The page of moves: missing tests, blocked stages, reasons, undo, tests marked by hand."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import OpportunityStage
from crm.records.queries import evidence_of
from tests.factories.opportunities import make_opportunity, reason
from tests.factories.products import product
from tests.opportunities.lookups import page_text


def test_move_page_shows_missing_tests_and_blocked_stages(client, inland_client):
    row = make_opportunity(inland_client, stage=OpportunityStage.introduced)
    page = page_text(client.login_as("anna").get(f"/opportunities/{row.id}/move"))
    assert "missing: introduction of both sides" in page
    assert "Complete the export review before sending quotes or samples." in page
    assert "Ask Dora" in page
    assert 'name="stage" value="quoted"' not in page


def test_move_page_has_no_heading_without_stages_below_it(client, inland_client):
    anna = client.login_as("anna")
    titles = [
        re.findall(
            "<h2[^>]*>([^<]+)</h2>", anna.get(f"/opportunities/{row.id}/move").text.split("<main")[1].split("</main")[0]
        )
        for row in (
            make_opportunity(inland_client, stage=stage)
            for stage in (OpportunityStage.matched, OpportunityStage.impact_reported)
        )
    ]
    assert titles == [["Move to", "Pause or close"], ["Move back (reason required)", "Pause or close"]]


def test_button_that_closes_an_opportunity_is_red(client, inland_client):
    row, anna = make_opportunity(inland_client), client.login_as("anna")
    buttons = [
        re.search(r'class="btn (btn-\w+)"\s+type="submit"', anna.get(f"/opportunities/{row.id}/move?to={stage}").text)[
            1
        ]
        for stage in ("lost", "dormant")
    ]
    assert buttons == ["btn-bad", "btn-main"]


def test_archived_opportunity_is_not_moved(client, session, inland_client):
    row, anna = make_opportunity(inland_client), client.login_as("anna")
    path = f"/opportunities/{row.id}/move"
    assert f'href="{path}"' in anna.get(f"/opportunities/{row.id}").text
    archive_record(row, "Left the market")
    session.commit()
    assert f'href="{path}"' not in anna.get(f"/opportunities/{row.id}").text
    page = anna.post(path, data={"stage": "introduced", "version": row.version})
    assert page.status_code == 422
    assert "is archived. Restore it, then try again." in page.text
    session.refresh(row)
    assert row.stage is OpportunityStage.matched


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
        f"/opportunities/board#i{cleared_opportunity.id}",
        OpportunityStage.introduced,
    )
    undo = re.search(r'action="([^"]+)" data-undo>', page_text(anna.get("/opportunities/board")))[1]
    assert anna.post(undo).status_code == 303
    assert (cleared_opportunity.stage, cleared_opportunity.chance, sorted(evidence_of(cleared_opportunity.id))) == (
        OpportunityStage.matched,
        5,
        ["parties_screened"],
    )
    moves = sa.select(OpportunityChange).where(OpportunityChange.opportunity_id == cleared_opportunity.id)
    last = db.session.scalars(moves.order_by(OpportunityChange.id.desc()).limit(1)).one()
    assert (last.old, last.new, last.why) == ("introduced", "matched", "Undone")


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
