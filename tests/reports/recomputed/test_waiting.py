"""What waits, and what is confidential, equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from collections import Counter

import pytest

from crm.core import clock as business_clock
from crm.core.data.identity import User
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import is_open
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES
from tests.reports.lookups import table
from tests.reports.random_records import (
    ZONE,
    Row,
    counted,
    due_day,
    export_rows,
    follow_ups,
    local_day,
    opportunities,
    plain_rows,
)
from tests.reports.random_values import add_random_market

pytestmark = pytest.mark.engine_in_turn


@pytest.fixture
def market(report, people):
    """Add projects and other records of the market side to the random data."""
    add_random_market(people, 8)
    return report


def _names() -> dict:
    return {x["id"]: x["name"] for x in plain_rows(User)} | {None: "No counselor"}


def test_overdue_follow_ups_equal_recomputation(report):
    built, context = report("pipeline")
    names = _names()
    rows = [x for x in follow_ups(report.teams) if due_day(x) < context.scope.day]
    section = next(s for s in built.sections if s.name == "overdue")
    sides = {FollowUpSide.we: "we owe", FollowUpSide.they: "they owe"}
    counts = Counter(f"{sides[x['side']]}, {names[x['counselor_id']]}" for x in rows)
    assert {cell.text.partition(" ")[2]: cell.value for cell in section.links} == counts
    assert [row[4].value for row in section.rows] == sorted(x["due_on"] for x in rows)
    assert len(rows) > 3


def test_open_follow_ups_by_counselor_equal_recomputation(report):
    built, context = report("follow-ups")
    names, rows = _names(), follow_ups(report.teams)
    groups = {name: [x for x in rows if names[x["counselor_id"]] == name] for name in names.values()}
    assert table(built, "counselors") == {
        name: [
            len(own),
            *(sum(x["side"] is side for x in own) for side in (FollowUpSide.we, FollowUpSide.they)),
            sum(due_day(x) < context.scope.day for x in own),
        ]
        for name, own in (groups | {"Total": rows}).items()
        if own
    }


def _is_visible_to_manager(row: Row, manager) -> bool:
    is_managed = row["team_id"] in manager.team_ids and not row["without_managers"]
    return is_managed or row["counselor_id"] == manager.id


def test_leads_equal_recomputation(market, actor):
    built, _context = market("pipeline")
    reader, today = actor("clara"), business_clock.today(ZONE.key)
    active = [x for x in export_rows(Opportunity) if x["archived_at"] is None]
    project_ids = {x["project_id"] for x in active if not x["confidential"] or _is_visible_to_manager(x, reader)}
    rows = [x for x in counted(export_rows(Project), {*market.teams, None}) if x["id"] not in project_ids]
    days = {x["id"]: (today - local_day(x["stage_since"])).days - x["lead_stage"].idle_days for x in rows}
    expected = {}
    for stage in (*LEAD_STAGES, None):
        own = [x for x in rows if stage in (None, x["lead_stage"])]
        late = [days[x["id"]] for x in own if days[x["id"]] > 0]
        expected[str(stage) if stage else "Total"] = [len(own), len(late), max(late, default=None)]
    assert table(built, "leads") == expected
    assert rows


def _note(built, label: str) -> str:
    return next(tile.note for tile in built.tiles if tile.label == label)


def test_confidential_records_are_counted_apart(report, actor):
    """Beside opportunities stands how many others have; beside the rest how many the reader has."""
    anna, clara = actor("anna"), actor("clara")
    rows = [x for x in export_rows(Opportunity) if x["confidential"] and x["archived_at"] is None]
    hidden = [x for x in rows if x["team_id"] in anna.team_ids and is_open(x["stage"]) and x["counselor_id"] != anna.id]
    built, _context = report("pipeline", "anna")
    assert _note(built, "Open opportunities") == f"+{len(hidden)} confidential"
    assert built.tiles[0].value == str(sum(is_open(x["stage"]) for x in opportunities(report.teams)))

    built, _context = report("follow-ups")
    own = [x for x in export_rows(FollowUp) if x["confidential"] and x["archived_at"] is None]
    own = [x for x in own if x["state"] is FollowUpState.open and x["side"] in (FollowUpSide.we, FollowUpSide.they)]
    own = [x for x in own if x["team_id"] in clara.team_ids]
    assert _note(built, "Open follow-ups") == (f"+{len(own)} confidential" if own else "")

    built, context = report("activity")
    first, last = context.period.first, context.period.last
    own = [x for x in export_rows(Interaction) if x["confidential"] and x["archived_at"] is None]
    own = [x for x in own if x["state"] is InteractionState.held and first <= x["wall"].date() <= last]
    own = [x for x in own if x["team_id"] in clara.team_ids]
    assert f"+{len(own)} confidential" in _note(built, "Interactions")
    assert hidden
    assert own
