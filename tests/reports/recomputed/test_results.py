"""Results, shows and counties equal an independent computation in plain Python, for random data."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from crm.core.data.base import db
from crm.core.i18n import formats
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionTime
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.opportunities.money import format_usd
from crm.opportunities.policy import OpportunityStage, StageGroup, is_open
from crm.organizations.models import Client, Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.shows.models import Show, ShowMeeting
from crm.shows.policy import MeetingState
from tests.reports.lookups import hours, table, tile
from tests.reports.random_records import (
    counted,
    export_changes,
    export_rows,
    in_usd,
    interactions,
    local_day,
    opportunities,
    plain_rows,
    usd_or_blank,
)
from tests.reports.random_results import add_milestones, add_shows

pytestmark = pytest.mark.engine_in_turn


def test_results_equal_recomputation(report, people):
    add_milestones(people, 5)
    built, context = report("results")
    rows = [
        x
        for x in counted(export_rows(Milestone), report.teams)
        if context.period.first <= x["on"] <= context.period.last
    ]
    assert len(rows) > 5
    lines = table(built, "kinds")
    for kind in [*MilestoneKind, None]:
        own = [x for x in rows if kind is None or x["type"] is kind]
        actual = [x for x in own if x["status"] is MilestoneStatus.actual]
        confirmed = [x for x in actual if x["confirmed_on"]]
        expected = [x for x in own if x["status"] is MilestoneStatus.expected]
        has_amounts = kind is not None  # an export sale can be a part of a contract
        in_dollars = [
            usd_or_blank([x for x in results if x["type"].has_amount]) if has_amounts else None
            for results in (confirmed, expected)
        ]
        assert lines[str(kind) if kind else "Total"] == [
            len(confirmed),
            in_dollars[0],
            len(actual) - len(confirmed),
            len(expected),
            in_dollars[1],
            sum(x["jobs"] or 0 for x in confirmed),
        ]
    total = lines["Total"]
    figures = ("Confirmed", "Not confirmed yet", "Expected", "Jobs, confirmed")
    assert [tile(built, label) for label in figures] == [str(total[0]), str(total[2]), str(total[3]), str(total[5])]
    amounts = [tile(built, label) for label in ("Confirmed export sales", "Confirmed contracts")]
    assert amounts == [format_usd(lines[str(kind)][1]) for kind in (MilestoneKind.export_sale, MilestoneKind.contract)]
    section = next(x for x in built.sections if x.name == "kinds")
    assert [(bar.whole, bar.part) for bar in section.bars] == [
        (lines[str(kind)][0] + lines[str(kind)][2], lines[str(kind)][0]) for kind in MilestoneKind
    ]
    clients = {x["id"]: x["label"] for x in export_rows(Organization)}
    confirmed = [x for x in rows if x["status"] is MilestoneStatus.actual and x["confirmed_on"]]
    assert table(built, "confirmed") == {
        x["label"]: [clients[x["client_id"]], str(x["type"]), x["amount"], x["on"]] for x in confirmed
    }


def test_each_tile_of_results_has_the_confidential_ones_of_its_status_beside_it(report, people):
    add_milestones(people, 5)
    built, context = report("results")
    secret = [x for x in export_rows(Milestone) if x["team_id"] in report.teams and x["confidential"]]
    secret = [x for x in secret if not x["archived_at"] and context.period.first <= x["on"] <= context.period.last]
    actual = [x for x in secret if x["status"] is MilestoneStatus.actual]
    confirmed = sum(x["confirmed_on"] is not None for x in actual)
    counts = {
        "Confirmed": confirmed,
        "Not confirmed yet": len(actual) - confirmed,
        "Expected": len(secret) - len(actual),
    }
    assert sum(counts.values()) > max(counts.values())
    notes = {tile.label: tile.note for tile in built.tiles}
    hidden = {label: re.search(r"\+(\d+) confidential", notes[label]) for label in counts}
    assert {label: int(match[1]) if match else 0 for label, match in hidden.items()} == counts


def test_return_on_shows_equals_recomputation(report, people):
    add_shows(people, 5)
    built, context = report("shows")
    talks = {x["id"] for x in counted(export_rows(Interaction), report.teams) if x["state"] is InteractionState.held}
    links = {(x["interaction_id"], x["record_id"]) for x in plain_rows(InteractionLink)}
    by_id = {x["id"]: x for x in opportunities(report.teams)}
    lines = table(built, "shows")
    shows = [x for x in export_rows(Show) if context.period.first <= x["starts_on"] <= context.period.last]
    assert len(lines) == len(shows) > 0
    for show in shows:
        talk_ids = {i for i, record_id in links if record_id == show["id"] and i in talks}
        ids = {record_id for i, record_id in links if i in talk_ids and record_id in by_id}
        signed = [by_id[i] for i in ids if by_id[i]["stage"].group is StageGroup.signed]
        meetings = sum(x["show_id"] == show["id"] and x["state"] is MeetingState.held for x in plain_rows(ShowMeeting))
        cost = in_usd([show | {"amount": show["cost"]}]) if show["cost"] else None
        assert lines[show["label"]] == [
            show["starts_on"],
            cost,
            (cost / meetings).quantize(Decimal(1)) if cost is not None and meetings else None,
            show["staff_days"],
            meetings,
            len(talk_ids),
            len(ids),
            len(signed),
            usd_or_blank(signed),
        ]
    numbers = [sum(line[i] or 0 for line in lines.values()) for i in (4, 3, 1)]
    figures = [tile(built, label) for label in ("Shows", "Meetings held", "Staff days", "Cost")]
    assert figures == [str(len(shows)), str(numbers[0]), str(numbers[1]), format_usd(numbers[2])]


def test_counties_equal_recomputation(report, people):
    clients = [x for x in export_rows(Organization) if x["id"] in {y["client_id"] for y in plain_rows(Opportunity)}]
    clients += [
        x for x in export_rows(Organization) if x["id"] in {y["client_id"] for y in plain_rows(InteractionClient)}
    ]
    for client in clients:
        row = db.session.get(Client, client["id"]) or Client(organization_id=client["id"])
        row.county = ["Orange", None, "Kern"][client["id"] % 3]
        db.session.add(row)
    db.session.flush()
    built, context = report("counties")
    lines = table(built, "counties")
    counties = {x["organization_id"]: x["county"] or "No county" for x in plain_rows(Client)}
    talks = {x["id"] for x in interactions(report.teams, context.period.first, context.period.last)}
    own = {x["id"] for x in counted(export_rows(Organization), report.teams)}
    is_client = {x["organization_id"] for x in plain_rows(OrganizationRoleLink) if x["role"] is OrganizationRole.client}
    changes = export_changes()
    signed_stages = [s.value for s in OpportunityStage if s.group is StageGroup.signed]
    signed_ids = {
        x["opportunity_id"]
        for x in changes
        if x["field"] == "stage"
        and x["new"] in signed_stages
        and x["old"] not in signed_stages
        and context.period.first <= local_day(x["at"]) <= context.period.last
    }
    for county in {counties.get(i, "No county") for i in own & is_client}:
        ids = {i for i in own & is_client if counties.get(i, "No county") == county}
        pairs = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in talks and x["client_id"] in ids]
        minutes = sum(
            x["contact"] + x["prep"] + x["travel"]
            for x in plain_rows(InteractionTime)
            if x["interaction_id"] in talks and x["client_id"] in ids
        )
        rows = [x for x in opportunities(report.teams) if counties.get(x["client_id"], "No county") == county]
        signed = [x for x in rows if x["id"] in signed_ids and x["stage"].group is StageGroup.signed]
        assert lines[county] == [
            len(ids),
            len({x["client_id"] for x in pairs}),
            hours(minutes),
            sum(is_open(x["stage"]) for x in rows),
            len(signed),
            usd_or_blank(signed),
        ]
    sums = [sum(line[i] or 0 for line in lines.values()) for i in (1, 4, 5)]
    minutes = sum(
        x["contact"] + x["prep"] + x["travel"]
        for x in plain_rows(InteractionTime)
        if x["interaction_id"] in talks and x["client_id"] in own & is_client
    )
    assert [tile(built, label) for label in ("Clients served", "Hours for clients", "Signed")] == [
        str(sums[0]), formats.num(hours(minutes)), str(sums[1])
    ]  # fmt: skip
    assert tile(built, "Clients without a county") == str(lines["No county"][0])
    assert table(built, "texts").keys() == {county for county, line in lines.items() if line[1]} - {"No county"}
    for county, (text,) in table(built, "texts").items():
        _clients, served, spent, open_count, signed_count, _dollars = lines[county]
        companies = "1 company" if served == 1 else f"{served} companies"
        helped = f"In {context.period.name} we helped {companies} in {county} for {formats.num(spent)} hours."
        assert text.startswith(helped)
        sentences = [sentence for sentence in text.split(". ")[1:] if sentence]
        expected = [f"They signed {signed_count} contract{'s' * (signed_count != 1)} worth $"] * bool(signed_count)
        expected += [f"{open_count} opportunit{'y is' if open_count == 1 else 'ies are'} open."] * bool(open_count)
        assert [s[: len(e)] for s, e in zip(sentences, expected, strict=True)] == expected
