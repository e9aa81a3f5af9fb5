"""Pages of a timeline with several kinds of entries: order, number of statements, tabs, and what empty ones show."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.desk.timelines import TABS
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.models import OpportunityChange
from crm.records.models import Attachment
from tests.factories import client_of, organization
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity
from tests.reports.conftest import lead

pytestmark = pytest.mark.usefixtures("people")
OLDER = r'href="([^"]+[?;]older=[^"]+)"'
"""The link to older entries."""


def add_entries(record, opportunity, number: int, *, minutes: int = 0) -> None:
    """Add so many interactions, closed follow-ups, stages and files to a record, `minutes` apart."""
    for n in range(number):
        moment = now() - timedelta(minutes=n * minutes)
        local = {"wall": moment.replace(tzinfo=None), "zone": "UTC", "subject": f"talk {n}"}
        log_interaction(SYSTEM, local, InteractionDetails(about=[record.id]))
        row = add_follow_up(SYSTEM, {"title": f"call {n}", "due_on": moment.date()}, about=[record.id])
        complete_follow_up(SYSTEM, row)
        row.closed_at = moment
        values = {"media_type": "text/plain", "size": 4, "sha256": "0" * 64, "stored_as": f"f{n}", "at": moment}
        db.session.add(Attachment(record_id=record.id, name=f"file {n}", **values))
        stage = {"field": "stage", "old": "matched", "new": "introduced", "why": f"move {n}", "skipped": []}
        db.session.add(OpportunityChange(opportunity_id=opportunity.id, at=moment, **stage))
    db.session.flush()


def titles(page: str) -> list[str]:
    """Return the marked words of the entries of a page, in their order."""
    articles = re.findall(r'<article class="ev".*?</article>', page, re.DOTALL)
    return [re.search(r"(?:talk|call|file|move) \d+", article)[0] for article in articles]


def read_all(client, address: str) -> list[list[str]]:
    """Return the entries of each page of a timeline."""
    pages = []
    link = address
    while link:
        text = client.get(link).text
        pages.append(titles(text))
        (link,) = re.findall(OLDER, text) or [""]
        link = unescape(link)
    return pages


@pytest.fixture
def buyer(clock):
    return organization("Huayue Municipal")


@pytest.fixture
def sensors(buyer):
    row = make_opportunity(client_of("Inland", "ClearAir"), "Sensors", buyer_id=buyer.id)
    db.session.execute(sa.delete(OpportunityChange))
    return row


@pytest.mark.parametrize("minutes", [0, 7])
def test_pages_of_all_kinds_have_no_gap_or_duplicate(client, buyer, sensors, minutes):
    add_entries(buyer, sensors, 16, minutes=minutes)
    pages = read_all(client.login_as("anna"), f"/organizations/{buyer.id}")
    expected = {f"{word} {n}" for word in ("talk", "call", "file", "move") for n in range(16)}
    entries = [entry for page in pages for entry in page]
    assert [len(page) for page in pages] == [20, 20, 20, 4]
    assert (len(entries), set(entries)) == (64, expected)
    if minutes:
        assert [int(entry.split()[1]) for entry in entries] == sorted(n % 16 for n in range(64))


def test_interactions_are_under_the_month_of_their_local_date(client, buyer):
    los_angeles, shanghai = "America/Los_Angeles", "Asia/Shanghai"
    times = ((datetime(2026, 1, 31, 18), los_angeles), (datetime(2026, 2, 1, 9), shanghai))
    for number, (wall, zone) in enumerate((*times, (datetime(2026, 1, 31, 16), los_angeles))):
        local = {"wall": wall, "zone": zone, "subject": f"talk {number}"}
        log_interaction(SYSTEM, local, InteractionDetails(about=[buyer.id]))
    for name in ("anna", "shen"):
        page = client.login_as(name).get(f"/organizations/{buyer.id}").text
        _before, *months = re.findall(r"<h3>(.*?)</h3>(.*?)(?=<h3>|$)", "<h3></h3>" + page, re.DOTALL)
        assert [titles(entries) for _month, entries in months] == [["talk 1"], ["talk 0", "talk 2"]], name


@pytest.mark.parametrize("tab", ["files", "stages"])
def test_tab_continues_with_older_entries_of_its_kind(client, buyer, sensors, tab):
    add_entries(buyer, sensors, 25)
    word = {"files": "file", "stages": "move"}[tab]
    pages = read_all(client.login_as("anna"), f"/organizations/{buyer.id}?tab={tab}&find={word}")
    assert [entry for page in pages for entry in page] == [f"{word} {n}" for n in reversed(range(25))]
    assert len(pages) == 2


def test_changes_continue_with_older_ones(client, buyer):
    for n in range(24):
        buyer.city = f"City {n}"
        db.session.flush()
    anna, path = client.login_as("anna"), f"/organizations/{buyer.id}?tab=changes"
    first = anna.get(path).text
    (link,) = re.findall(OLDER, first)
    second = anna.get(unescape(link)).text
    assert (first.count("Changed:"), second.count("Changed:"), second.count("Record created")) == (20, 4, 1)
    assert re.findall(OLDER, second) == []


@pytest.mark.parametrize("tab", ["", "stages", "files", "changes"])
def test_statement_count_is_the_same_for_any_number_of_entries(client, buyer, sensors, sql, tab):
    anna, path = client.login_as("anna"), f"/organizations/{buyer.id}?tab={tab}"
    counts = []
    for number in (1, 30):
        add_entries(buyer, sensors, number)
        anna.get(path)
        sql.clear()
        assert anna.get(path).status_code == 200
        counts.append(len([stmt for stmt in sql if "recent SET" not in stmt]))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("cursor", ["2026-03-10T00:00:00+00:00~1~x", "2026-03-10T00:00:00+00:00~1~-1", "~1~1"])
def test_invalid_rank_of_a_cursor_is_refused(client, buyer, cursor):
    assert client.login_as("anna").get(f"/organizations/{buyer.id}", query_string={"older": cursor}).status_code == 400


def test_first_page_has_planned_entries_and_tabs_of_events_have_none(client, buyer):
    add_follow_up(SYSTEM, {"title": "Call Wang", "due_on": now().date()}, about=[buyer.id])
    anna = client.login_as("anna")
    for tab, is_planned in (("", True), ("stages", False), ("files", False), ("changes", False)):
        page = anna.get(f"/organizations/{buyer.id}?tab={tab}").text
        assert ("<h3>Upcoming</h3>" in page, "ev-plan" in page) == (is_planned, is_planned), tab


def test_every_tab_can_be_empty(client, buyer):
    anna = client.login_as("anna")
    for name, _label, _kinds in TABS[1:]:
        page = anna.get(f"/organizations/{buyer.id}?tab={name}&find=nothing").text
        assert ("No results found" in page, "Show all" in page) == (True, True), name
        assert f'href="/organizations/{buyer.id}?tab={name}" aria-current="true"' in page, name


def test_records_without_opportunities_have_no_tab_of_stages(client, people, sensors):
    anna, row = client.login_as("anna"), make_milestone(opportunity_id=sensors.id)
    assert "?tab=stages" not in anna.get(f"/milestones/{row.id}").text
    assert "?tab=files" in anna.get(f"/milestones/{row.id}").text
    assert "?tab=stages" in anna.get(f"/projects/{lead('Suzhou').id}").text


def test_log_box_is_above_the_needs_of_a_project(client):
    row = lead("Ningbo water plant")
    page = client.login_as("anna").get(f"/projects/{row.id}").text
    assert page.index('class="quick"') < page.index(">Needs<") < page.index('class="tl"')
