"""Each number of a goal opens a list of exactly the records that it counts, for random data."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import current_app
from werkzeug.datastructures import MultiDict

from crm.core.data.base import db
from crm.core.lists import Listing, parse
from crm.core.lists.query import build_filtered
from crm.funding.durations import to_hours
from crm.funding.goal_links import find_goal_url
from crm.funding.lists import COUNTED_CLIENTS, COUNTED_SESSIONS
from crm.funding.lists.counted import ID_RANGE
from crm.funding.models import Award
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.goals import load_goals_of
from crm.impact.lists import MILESTONES
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import InteractionTime
from crm.organizations.models import ClientAgreement
from crm.shows.lists import ATTENDANCE
from tests.reports.random_records import RATES, plain_rows
from tests.reports.test_views import count_listed

pytestmark = pytest.mark.engine_in_turn

LISTINGS = {x.address: x for x in (COUNTED_SESSIONS, COUNTED_CLIENTS, MILESTONES, ATTENDANCE)}


def _list_ids(actor: Any, url: str) -> list[int]:
    """Return the ids of the rows of the list that an address opens."""
    parts = urlsplit(url)
    listing: Listing = LISTINGS[parts.path]
    with current_app.test_request_context():
        state = parse(listing, MultiDict(parse_qsl(parts.query)), actor)
    stmt = build_filtered(listing, actor, state).with_only_columns(listing.row_id, maintain_column_froms=True)
    return list(db.session.scalars(stmt))


def _measure(goal: Any, ids: list[int], times: list[Any]) -> Decimal:
    """Return what the rows with these ids add up to."""
    if goal.measure is GoalMeasure.hours:
        keys = {divmod(i, ID_RANGE) for i in ids}
        own = [x for x in times if (x["interaction_id"], x["client_id"]) in keys]
        return to_hours(sum(x["contact"] + x["prep"] for x in own if goal.user_id in (None, x["user_id"])))
    if goal.measure not in (GoalMeasure.export_sales, GoalMeasure.jobs):
        return Decimal(len(ids))
    rows = [db.session.get_one(Milestone, i) for i in ids]
    if goal.measure is GoalMeasure.jobs:
        return Decimal(sum(x.jobs for x in rows))
    return sum((x.amount * RATES[x.currency] for x in rows if x.amount and x.currency in RATES), Decimal())


@pytest.fixture
def more_results(session):
    """Make new and long-term clients, and confirmed export sales, of what random data has too few."""
    first = session.scalar(sa.select(sa.func.max(Award.from_on)))
    for agreement in session.query(ClientAgreement):
        agreement.from_on = first if agreement.organization_id % 2 else agreement.from_on
    for time in session.query(InteractionTime):
        time.contact *= 8
    for row in session.query(Milestone):
        row.status, row.confirmed_on = MilestoneStatus.actual, row.on
        row.type = MilestoneKind.export_sale if row.id % 2 else row.type
    session.commit()


@pytest.mark.parametrize("name", ["anna", "clara", "nora"])
def test_number_of_a_goal_is_that_of_the_records_it_opens(more_results, actor, clock, name):
    reader, awards, times = actor(name), db.session.query(Award).all(), plain_rows(InteractionTime)
    wrong, opened = [], set()
    with current_app.test_request_context():
        for award_id, rows in load_goals_of(reader, awards).items():
            for row in rows:
                url = find_goal_url(db.session.get_one(Award, award_id), row)
                ids = _list_ids(reader, url) if url else []
                opened |= {row.goal.measure} if ids else set()
                if _measure(row.goal, ids, times) != row.pace.actual or len(set(ids)) != len(ids):
                    wrong.append((row.goal.measure, row.goal.team_id, row.goal.user_id, url, row.pace.actual))
    assert wrong == []
    assert opened == set(GoalMeasure)


def test_links_of_the_report_and_of_awards_open_the_records(more_results, client, clock, report):
    built, _context = report("goals", "clara")
    cells = [row[1] for section in built.sections for row in section.rows]
    urls = {cell.url for cell in cells if cell.value}
    assert None not in urls
    assert [cell for cell in cells if cell.url and not cell.value] == []
    clients = {cell.url: cell.value for cell in cells if cell.url and cell.url.startswith(COUNTED_CLIENTS.address)}
    web = client.login_as("clara")
    assert len(clients) > 10
    assert {url: count_listed(web, url) for url in clients} == clients
    assert {web.get(url).status_code for url in urls} == {200}
    pages = unescape("".join(web.get(f"/funding/awards/{x.id}").text for x in db.session.query(Award)))
    assert [url for url in urls if f'href="{url}"' not in pages] == []


@pytest.mark.parametrize("listing", [COUNTED_SESSIONS, COUNTED_CLIENTS], ids=lambda x: x.name)
def test_goal_that_the_reader_does_not_see_is_refused(client, clock, actor, listing):
    measure = GoalMeasure.sessions if listing is COUNTED_SESSIONS else GoalMeasure.clients
    by_award, anna = load_goals_of(actor("nora"), db.session.query(Award).all()), actor("anna")
    goals = [row.goal for rows in by_award.values() for row in rows if row.goal.measure is measure]
    own = {x.id for x in goals if x.team_id in (None, *anna.team_ids) and x.user_id in (None, anna.id)}
    web = client.login_as("anna")
    status = {x.id: web.get(f"{listing.address}?goal={x.id}").status_code for x in goals}
    assert status == {x.id: 200 if x.id in own else 400 for x in goals}
    assert 0 < len(own) < len(goals)


def test_tiles_open_the_first_award_with_such_a_goal(report, clock):
    built, _context = report("goals", "nora")
    firsts = {section.name: [str(row[5].value) for row in section.rows] for section in built.sections}
    for tile, outlook in zip(built.tiles, ("", "Reached", "On pace", "Behind"), strict=True):
        awards = [f"#{name}" for name, outlooks in firsts.items() if not outlook or outlook in outlooks]
        assert (tile.url, tile.value == "0") == (awards[0] if awards else None, not awards)
