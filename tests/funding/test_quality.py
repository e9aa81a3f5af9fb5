"""Data quality: each figure equals the number of records in the list that it opens."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from crm.core.lists import page as list_page
from crm.core.lists import parse
from crm.duplicates import pairs
from crm.duplicates.models import DuplicatePair
from crm.funding import lists
from crm.funding.models import Assistance
from crm.funding.policy.assistance import AssistanceIssue
from crm.funding.policy.counting import ClientGap, SessionGap
from crm.funding.queries.quality import count_client_gaps, count_opportunities_without_step, count_session_gaps
from crm.interactions.policy import InteractionState
from crm.opportunities.lists import OPPORTUNITIES
from crm.organizations.models import Client, DatedFact
from crm.organizations.policy import ClientStatus, FactKind
from crm.organizations.services import set_facts
from tests.factories import archived, client_of
from tests.factories.opportunities import make_opportunity

from .conftest import complete_client

LISTINGS = {x.address: x for x in (lists.CLIENT_GAPS, lists.SESSION_GAPS, lists.ASSISTANCE, OPPORTUNITIES, pairs.OPEN)}


@pytest.fixture
def signed(session, people):
    """Return a function that makes a client with an agreement status."""

    def make(team="Inland", name="Firm", status=ClientStatus.client):
        business = client_of(team, name)
        set_facts(session.get(Client, business.id), {"status": status})
        return business

    return make


def test_gaps_of_clients_are_counted(actor, signed, session):
    complete = signed(name="Complete")
    complete_client(complete)
    session.get(Client, complete.id).naics = "334513"
    signed(name="Empty")
    signed(name="Closed", status=ClientStatus.closed)
    archived(signed(name="Archived"))
    signed("Bay", "Other team")
    gaps = count_client_gaps(actor("anna"), None)
    assert gaps == dict.fromkeys(ClientGap, 1) | {ClientGap.stale: 0}


def test_figures_older_than_a_year_are_stale_until_newer_ones_are_added(actor, signed, session):
    business = signed()
    complete_client(business, date(2025, 12, 7))
    assert count_client_gaps(actor("anna"), None)[ClientGap.stale] == 1
    for kind in (FactKind.staff, FactKind.sales):
        values = {"kind": kind, "number": 1, "as_of": date(2025, 12, 8), "source": "Client"}
        set_facts(DatedFact(organization_id=business.id), values)
    assert count_client_gaps(actor("anna"), None)[ClientGap.stale] == 0


def test_gaps_of_interactions_are_counted_since_the_fiscal_year_began(actor, client_firm, session_for):
    session_for(client_firm, contact=0)
    session_for(client_firm, funder=None)
    session_for(client_firm, contact=0, state=InteractionState.planned)
    session_for(client_firm, contact=0, funder=None, wall=datetime(2026, 9, 30, 23, 0))
    session_for(client_firm, contact=0, funder=None, countable=False)
    gaps = count_session_gaps(actor("anna"), None)
    assert gaps == {SessionGap.minutes: 1, SessionGap.funder: 1, SessionGap.outcome: 1}


def test_pages_say_which_sessions_without_a_funder_they_count(web, client_firm, session_for):
    session_for(client_firm, funder=None)
    session_for(client_firm, funder=None, countable=False)
    page = web.get("/funding/data-quality").text
    (lacking,) = re.findall(r'No funder</span>\s*<span class="v warn">(\d+)<', page)
    assert (lacking, "Only reportable sessions need minutes and a funder." in page) == ("1", True)
    page = web.get("/reports/activity").text
    (row,) = (part for part in page.partition('id="funders"')[2].split("<tr")[1:] if "No funder" in part)
    assert ">2</a>" in row
    assert "Sessions marked as not reportable also count." in page


def test_china_desk_has_no_figures_of_sales_and_funders(actor):
    assert ClientGap.sales not in count_client_gaps(actor("shen"), None)
    assert SessionGap.funder not in count_session_gaps(actor("shen"), None)


def test_each_figure_opens_exactly_its_records(web, anna, signed, client_firm, session_for, session):
    complete_client(signed(name="Complete"), date(2024, 1, 1))
    for number in range(3):
        session_for(signed(name=f"Empty {number}"), contact=0, funder=None)
    business = signed(name="Twin")
    make_opportunity(business)
    session.add(Assistance(client_id=business.id, description="Booth", on=date(2026, 11, 5), approved=1, spent=2))
    session.add(DuplicatePair(a_id=client_firm.id, b_id=business.id, score=1.0, reasons=[]))
    session.flush()
    page = web.get("/funding/data-quality").text
    tiles = re.findall(r'<a class="tile" href="([^"]+)">.*?<span class="v[^"]*">(\d+)</span>', page, re.DOTALL)
    assert len(tiles) == len(ClientGap) + len(SessionGap) + len(AssistanceIssue) + 2
    assert sum(int(number) for _url, number in tiles) > 20
    for url, number in tiles:
        path, _mark, query = unescape(url).partition("?")
        listing = LISTINGS[path]
        with web.application.test_request_context(unescape(url)):
            rows = list_page(listing, anna, parse(listing, MultiDict(parse_qsl(query)), anna))
        assert (int(number), web.get(unescape(url)).status_code) == (rows.count, 200), url


def test_lists_of_figures_of_zero_say_that_nothing_is_missing(web):
    page = web.get("/funding/data-quality").text
    urls = [unescape(url) for url in re.findall(r'<a class="tile" href="([^"]+)">', page)]
    texts = ("Nothing is missing", "Nothing to check", "No next step is missing", "No possible duplicates")
    for url in urls:
        text = web.get(url).text
        assert ("No results match" not in text, any(words in text for words in texts)) == (True, True), url
    assert "No results match" in web.get(f"{urls[0]}&q=zhou").text


def test_list_with_other_filters_than_those_of_a_figure_has_no_results(web, people):
    figures = ("/opportunities/?light=none&state=open", "/funding/clients?gap=agreement")
    for url, filters in zip(figures, (("stage=quoted", "mine=1"), ("archived=yes",)), strict=True):
        for more in filters:
            assert "No results match" in web.get(f"{url}&{more}").text, more
        counselor = f"counselor={people['anna'].id}"
        assert "No results match" not in web.get(f"{url}&{counselor}").text, url


def test_opportunities_without_a_step_are_those_of_the_team(actor, signed):
    make_opportunity(signed())
    make_opportunity(signed("Bay", "Bay business"))
    team_id = actor("anna").first_team_id
    assert count_opportunities_without_step(actor("nora"), None) == 2
    assert count_opportunities_without_step(actor("nora"), team_id) == 1


def test_team_of_others_is_refused(web, actor):
    assert web.get(f"/funding/data-quality?team={actor('boris').first_team_id}").status_code == 400
    assert web.get("/funding/data-quality?team=x").status_code == 400
