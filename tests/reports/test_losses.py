"""The loss report: reasons, stages and opportunities, each number with the list that it counts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, move_at, reason

QUOTED, LOST, WITHDRAWN = OpportunityStage.quoted, OpportunityStage.lost, OpportunityStage.withdrawn


def lose(row, days_ago, *, stage=LOST, before=QUOTED, lost_reason=None, why=None):
    """End an opportunity some days ago."""
    lost_at = business_clock.now() - timedelta(days=days_ago)
    move_at(row, before, stage, lost_at)
    row.stage_since, row.end_why = lost_at, why
    row.lost_reason_id = lost_reason.id if lost_reason else None
    db.session.flush()
    return row


@pytest.fixture
def losses(people):
    """Lose four opportunities in this federal year, one of another team and a confidential one too, and one earlier."""
    inland, anna = client_of("Inland", counselor=people["anna"]), people["anna"]
    price = reason("Price too high")

    def add(title, **facts):
        return make_opportunity(inland, title, counselor=anna, **facts)

    lose(add("Pumps", amount=30_000), 10, lost_reason=price, why="A local maker was cheaper.")
    lose(add("Valves", amount=20_000), 20, lost_reason=price, before=OpportunityStage.negotiating)
    lose(add("Sensors"), 30)
    lose(add("Filters", amount=5_000), 40, stage=WITHDRAWN)
    lose(add("Older"), 400, lost_reason=price)
    lose(add("Hidden", confidential=True), 10, lost_reason=price)
    lose(make_opportunity(client_of("Bay"), "Bay pumps"), 10, lost_reason=price)
    reopened = lose(add("Reopened"), 50, lost_reason=price)
    move_at(reopened, LOST, QUOTED, business_clock.now() - timedelta(days=45))
    reopened.stage_since = business_clock.now() - timedelta(days=45)
    twice = lose(add("Twice", amount=1_000), 60, before=OpportunityStage.matched)
    move_at(twice, LOST, QUOTED, business_clock.now() - timedelta(days=55))
    lose(twice, 50)
    return price


def section_of(page, name):
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def table_of(section):
    """Return (label, count, address) of each row."""
    rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    return [
        (re.sub("<[^>]+>", "", row.partition("</th>")[0]).strip(), int(count), unescape(url))
        for row in rows
        for url, count in re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', row)
    ]


@pytest.mark.usefixtures("losses")
def test_losses_are_counted_by_reason_and_stage_and_open_their_records(client):
    web = client.login_as("anna")
    page = web.get("/reports/losses").text
    reasons, stages = (table_of(section_of(page, name)) for name in ("reasons", "lost_from"))
    assert [row[:2] for row in reasons] == [("Price too high", 2), ("No reason", 2), ("Withdrawn", 1)]
    assert [row[:2] for row in stages] == [("Quoted", 4), ("Negotiating", 1)]
    for _label, count, url in (*reasons, *stages):
        total = re.search(r"<span>(\d+) total", web.get(url).text)
        assert int(total[1]) == count
    titles = re.findall(r"Pumps|Valves|Sensors|Filters|Twice|Older|Hidden|Reopened|Bay", section_of(page, "lost"))
    assert titles == ["Pumps", "Valves", "Sensors", "Filters", "Twice"]
    assert "A local maker was cheaper." in page
    assert ("Most often: Price too high, No reason." in page, "Most often in: Quoted." in page) == (True, True)
    assert "$0" not in section_of(page, "reasons")


def test_withdrawn_opportunities_are_one_row_whatever_they_were_lost_for_before(client, losses, people):
    inland = client_of("Inland", counselor=people["anna"])
    lose(make_opportunity(inland, "Gauges", counselor=people["anna"]), 20, stage=WITHDRAWN, lost_reason=losses)
    web = client.login_as("anna")
    reasons = table_of(section_of(web.get("/reports/losses").text, "reasons"))
    assert {label: count for label, count, _url in reasons} == {"Price too high": 2, "No reason": 2, "Withdrawn": 2}
    [url] = [url for label, _count, url in reasons if label == "Withdrawn"]
    assert "<span>2 total" in web.get(url).text


@pytest.mark.usefixtures("losses")
def test_win_rate_is_the_share_of_signed_in_what_was_decided(client, people):
    signed = make_opportunity(client_of("Inland"), counselor=people["anna"])
    move_at(signed, OpportunityStage.negotiating, OpportunityStage.contracted, business_clock.now() - timedelta(days=3))
    page = client.login_as("anna").get("/reports/losses").text
    assert re.search(r"Win rate</span>\s*<span class=\"v\">17%", page)


def test_period_without_losses_says_so(client, people):
    page = client.login_as("anna").get("/reports/losses?period=month").text
    assert page.count("No losses in this period.") == 4  # the answer and three sections


@pytest.mark.usefixtures("losses")
def test_losses_are_exported(client):
    web = client.login_as("anna")
    answer = web.get("/reports/losses?as=xlsx")
    assert (answer.status_code, "losses-" in answer.headers["Content-Disposition"]) == (200, True)
    assert web.get("/reports/losses?as=csv").mimetype == "application/zip"
