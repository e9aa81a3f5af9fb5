"""What changed: the records, old and new value, and who; contracts and losses first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities import services
from crm.opportunities.policy import OpportunityStage
from crm.reports.queries import Scope, list_changes
from crm.reports.queries.changes import OTHER, WON
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.test_views import count_listed


@pytest.fixture
def week(people, actor, clock):
    """Return opportunities of Inland that changed this week: amount, loss, contract and counselor, in this order."""
    inland = client_of("Inland")
    clock.set(datetime(2026, 2, 1, 17, 0, tzinfo=UTC))
    titles = ("Sensors", "Almonds", "Valves", "Pumps", "Quiet")
    rows = {title: make_opportunity(inland, title, counselor=people["anna"], amount=100_000) for title in titles}
    clock.set(datetime(2026, 3, 10, 17, 0, tzinfo=UTC))
    anna = actor("anna")
    services.change_opportunity(anna, rows["Sensors"], {"amount": 250_000}, "New scope")
    hour = timedelta(hours=1)
    move_at(rows["Almonds"], OpportunityStage.matched, OpportunityStage.withdrawn, business_clock.now() - 3 * hour)
    move_at(rows["Valves"], OpportunityStage.negotiating, OpportunityStage.contracted, business_clock.now() - 5 * hour)
    services.change_opportunity(anna, rows["Pumps"], {"counselor_id": people["clara"].id})
    for title in ("Almonds", "Valves"):
        rows[title].stage_since = business_clock.now()
    db.session.flush()
    return rows


def table_of(page: str) -> list[list[str]]:
    """Return the texts of the rows of the section on changes."""
    body = page.partition('id="changed"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL) for line in lines]
    return [[unescape(" ".join(re.sub("<[^>]+>", " ", cell).split())) for cell in row] for row in cells]


def test_changes_show_records_old_and_new_value_and_who_with_contracts_and_losses_first(client, week):
    rows = table_of(client.login_as("anna").get("/reports/pipeline").text)
    assert [row[:4] for row in rows[:2]] == [
        ["Signed", "Valves", "Negotiating", "Contract signed"],
        ["Lost", "Almonds", "Matched", "Withdrawn"],
    ]
    assert ["Amount", "Sensors", "$100,000", "$250,000 New scope", "$250K", "Anna Reyes", "Mar 10"] in rows
    assert ["Counselor", "Pumps", "Anna Reyes", "Clara Whitfield", "$100K", "Anna Reyes", "Mar 10"] in rows
    assert not [row for row in rows if row[1] == "Quiet"]


def test_each_kind_of_change_opens_its_opportunities(client, week):
    web = client.login_as("anna")
    page = web.get("/reports/pipeline").text.partition('id="changed"')[2].partition("</section>")[0]
    links = {
        unescape(text): unescape(url) for url, text in re.findall(r'href="(/opportunities/\?[^"]*)">([^<]+)<', page)
    }
    expected = {"1 signed": 1, "1 lost": 1, "2 moved to another stage": 2, "1 with a new amount": 1, "1 reassigned": 1}
    assert {text: count_listed(web, url) for text, url in links.items()} == expected


def test_changes_of_confidential_and_other_teams_opportunities_are_left_out(week, people, actor):
    make_opportunity(client_of("Bay"), "Of the Bay")
    make_opportunity(client_of("Inland"), "Secret", counselor=people["anna"], confidential=True)
    today = business_clock.today("America/Los_Angeles")
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    labels = {row.label for row in list_changes(scope, today - timedelta(days=7), today, 50)}
    assert labels == {"Sensors", "Almonds", "Valves", "Pumps"}


def test_contract_that_was_moved_back_is_not_first(week, actor):
    move_at(week["Valves"], OpportunityStage.contracted, OpportunityStage.negotiating, business_clock.now())
    today = business_clock.today("America/Los_Angeles")
    rows = list_changes(Scope(actor("anna"), (team_id_of("Inland"),)), today - timedelta(days=7), today, 50)
    assert rows[0].label == "Almonds"


def test_later_stage_of_a_contract_is_not_signed_again(week, actor):
    move_at(week["Valves"], OpportunityStage.contracted, OpportunityStage.delivering, business_clock.now())
    today = business_clock.today("America/Los_Angeles")
    rows = list_changes(Scope(actor("anna"), (team_id_of("Inland"),)), today - timedelta(days=7), today, 50)
    assert [(row.rank, row.new) for row in rows if row.label == "Valves"] == [
        (WON, "contracted"),
        (OTHER, "delivering"),
    ]
