"""The board: columns and sums, lights, filters, and the number of statements."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage
from tests.factories import organization
from tests.factories.opportunities import make_opportunity, step
from tests.opportunities.lookups import page_text


def column_of(page, group):
    return page.split(f'id="{group}"')[1].split("</section>")[0]


def test_board_shows_opportunities_in_their_columns_with_sums(client, inland_client, people):
    make_opportunity(
        inland_client,
        "Sensors for Suzhou",
        stage=OpportunityStage.introduced,
        amount=1_240_000,
        buyer_id=organization("Huayue").id,
    )
    make_opportunity(inland_client, "Vendor", stage=OpportunityStage.qualifying, days=22)
    make_opportunity(inland_client, "Gone", stage=OpportunityStage.lost)
    page = page_text(client.login_as("anna").get("/opportunities/board"))
    column = column_of(page, "introduced")
    assert all(words in column for words in ("Sensors for Suzhou", "Huayue", "$1.24M", "1 without", "weighted $186"))
    assert "Overdue in stage:</span> 22 d in stage" in column
    assert "Gone" not in page


def test_card_names_its_stage_only_if_the_column_does_not(client, inland_client):
    for stage in (OpportunityStage.introduced, OpportunityStage.qualifying):
        make_opportunity(inland_client, stage=stage)
    column = column_of(page_text(client.login_as("anna").get("/opportunities/board")), "introduced")
    assert re.findall(r'class="chip stg[^>]*>([^<]+)<', column) == ["Vendor qualification"]


def test_menu_of_a_card_logs_plans_moves_and_opens_and_returns_to_its_column(client, inland_client):
    row = make_opportunity(inland_client, "Pumps", stage=OpportunityStage.quoted)
    column = column_of(page_text(client.login_as("anna").get("/opportunities/board")), "quoted")
    menu = column.split("<details")[1].split("</details>")[0]
    assert 'aria-label="Actions for Pumps"' in menu
    entries = re.findall(r'href="([^"]+)"[^>]*>([^<]+)<span class="visually-hidden"> Pumps<', menu)
    query = f"?about={row.id}&next=/opportunities/board%23quoted"
    assert [(url.replace("&amp;", "&"), text) for url, text in entries] == [
        (f"/opportunities/{row.id}/move?next=/opportunities/board%23quoted", "Move to…"),
        (f"/interactions/new{query}", "Log interaction"),
        (f"/followups/new{query}", "Add follow-up"),
        (f"/opportunities/{row.id}", "Open"),
    ]


def test_board_shows_the_light_of_the_next_step(client, inland_client, people):
    row = make_opportunity(inland_client, stage=OpportunityStage.introduced, counselor=people["anna"])
    step(row, business_clock.today("America/Los_Angeles") - timedelta(days=4), "Price")
    page = page_text(client.login_as("anna").get("/opportunities/board"))
    assert "light-late" in column_of(page, "introduced")
    assert '>Price</span><span class="visually-hidden">, </span><span class="when nowrap">4 days overdue' in page


def test_board_shows_only_the_number_of_confidential_opportunities(client, inland_client, people):
    make_opportunity(inland_client, "Top secret", amount=777_000, counselor=people["clara"], confidential=True)
    anna = page_text(client.login_as("anna").get("/opportunities/board"))
    assert "+1 confidential" in column_of(anna, "matched")
    assert "Top secret" not in anna
    assert "777" not in anna
    for narrower in ("path=project", f"counselor={people['clara'].id}", "light=none"):
        assert "+1 conf" not in page_text(client.get(f"/opportunities/board?{narrower}"))


@pytest.mark.parametrize("query", ["mine=1", "path=project", "waiting=us", "light=none", "team=0"])
def test_board_accepts_filters_and_refuses_unknown_ones(client, inland_client, people, query):
    anna = client.login_as("anna")
    good = query != "team=0"
    assert anna.get(f"/opportunities/board?{query}").status_code == (200 if good else 400)
    assert anna.get("/opportunities/board?color=red").status_code == 400


def test_board_and_list_run_as_many_statements_for_one_as_for_fifty(client, inland_client, people, sql):
    anna = client.login_as("anna")
    for path in ("/opportunities/board", "/opportunities/?view=open"):
        make_opportunity(inland_client, stage=OpportunityStage.quoted)
        anna.get(path)
        sql.clear()
        anna.get(path)
        one = len(sql)
        for n in range(49):
            make_opportunity(inland_client, stage=list(OpportunityStage)[n % 10])
        db.session.commit()
        sql.clear()
        anna.get(path)
        assert len(sql) == one


def test_more_of_a_column_opens_exactly_that_column(client, inland_client):
    for _n in range(18):
        make_opportunity(inland_client, stage=OpportunityStage.quoted)
    anna = client.login_as("anna")
    column = column_of(page_text(anna.get("/opportunities/board?path=project")), "quoted")
    assert "3 more" in column
    url = re.search(r'href="([^"]*group=quoted[^"]*)"', column)[1].replace("&amp;", "&")
    assert "path=project" in url
    assert ">18 total</span>" in page_text(anna.get(url))
