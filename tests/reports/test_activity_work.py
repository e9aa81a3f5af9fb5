"""Activity compares counselors by what they signed and have open, without interactions too, and names clients."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.test_files import tables


def test_counselor_without_interactions_has_signed_and_open_work(client, people, clock):
    inland = client_of("Inland")
    signed = make_opportunity(inland, amount=7000, counselor=people["dora"], stage=OpportunityStage.contracted)
    make_opportunity(inland, counselor=people["dora"])
    yesterday = business_clock.now() - timedelta(days=1)
    move_at(signed, OpportunityStage.negotiating, OpportunityStage.contracted, yesterday)
    db.session.commit()
    heads, *rows = tables(client.login_as("clara").get("/reports/activity?as=csv").data)["counselors.csv"]
    lines = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    dora = lines["Dora Lindqvist"]
    figures = ("interactions", "signed", "signed_usd", "open_opportunities")
    assert [dora[name] for name in figures] == ["0", "1", "7000", "1"]


def test_work_without_a_counselor_has_a_line_and_is_in_the_totals(client, people, clock):
    inland, yesterday = client_of("Inland"), business_clock.now() - timedelta(days=1)
    for amount, counselor in ((7000, None), (2000, people["dora"])):
        row = make_opportunity(inland, amount=amount, counselor=counselor, stage=OpportunityStage.contracted)
        move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, yesterday)
        make_opportunity(inland, counselor=counselor)
    db.session.commit()
    web = client.login_as("clara")
    heads, *rows = tables(web.get("/reports/activity?as=csv").data)["counselors.csv"]
    lines = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    figures = ("signed", "signed_usd", "open_opportunities")
    assert [lines["No counselor"][name] for name in figures] == ["1", "7000", "1"]
    assert [lines["Total"][name] for name in figures] == ["2", "9000", "2"]
    page = web.get("/reports/activity").text.partition('id="counselors"')[2].partition("</section>")[0]
    url = unescape(re.search(r'href="(/opportunities/[^"]*state=open[^"]*counselor=0[^"]*)"', page)[1])
    assert web.get(url).status_code == 200


def test_figures_of_clients_lead_to_the_clients(client, people, actor, clock):
    inland = client_of("Inland", "Delta Orchards")
    values = {
        "wall": datetime(2026, 2, 3, 9),
        "zone": "America/Los_Angeles",
        "type": InteractionType.call,
        "reached": "talked",
    }
    log_interaction(actor("anna"), values, InteractionDetails(clients=[ClientMinutes(inland.id, 290, 30)]))
    page = client.login_as("clara").get("/reports/activity").text
    assert 'href="#long_term"' in page
    section = page.partition('id="long_term"')[2]
    assert ("Delta Orchards" in section, "5.3" in section) == (True, True)
    assert "from Oct 1, 2025 to Mar 31, 2026" in section


def test_long_term_clients_name_the_fiscal_year_in_which_the_period_ends(client, people, clock):
    web = client.login_as("clara")
    for day, year in (("2025-09-30", 2025), ("2025-10-01", 2026), ("2026-03-10", 2026)):
        page = web.get(f"/reports/activity?period=quarter&at={day}").text
        assert f"5 hours or more in Federal FY {year}" in page
