"""Reports on work and results equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, StageGroup, is_open
from crm.organizations.models import Client, Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.reference.models import Funder
from crm.reports.params import FILE_ROWS, default_context
from crm.reports.registry import get_report
from crm.shows.models import Show, ShowMeeting
from crm.shows.policy import MeetingState
from tests.reports.lookups import hours, table
from tests.reports.random_records import (
    counted,
    export_changes,
    export_rows,
    follow_ups,
    in_usd,
    interactions,
    local_day,
    opportunities,
    plain_rows,
)
from tests.reports.random_results import add_milestones, add_shows


def test_activity(report):
    built, context = report("activity")
    rows = interactions(report.teams, context.period.first, context.period.last)
    ids = {x["id"] for x in rows}
    staff = [x for x in plain_rows(InteractionStaff) if x["interaction_id"] in ids]
    spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in ids]
    open_clients = {x["id"]: x["label"] for x in export_rows(Organization) if not x["confidential"]}
    links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids and x["client_id"] in open_clients]
    users, funders = ({x["id"]: x["name"] for x in plain_rows(entity)} for entity in (User, Funder))
    assert len(rows) > 8

    counselors = {}
    for user_id in {x["user_id"] for x in (*staff, *spent)}:
        own = [x for x in spent if x["user_id"] == user_id]
        counselors[users[user_id]] = [
            sum(x["user_id"] == user_id for x in staff),
            *(hours(sum(x[name] for x in own)) for name in ("contact", "prep", "travel")),
            len({x["client_id"] for x in own}),
            sum(is_open(x["stage"]) and x["counselor_id"] == user_id for x in opportunities(report.teams)),
            sum(x["counselor_id"] == user_id for x in follow_ups(report.teams)),
        ]
    lines = table(built, "counselors")
    total = lines.pop("Total")
    assert lines == counselors
    sums = [hours(sum(x[name] for x in spent)) for name in ("contact", "prep", "travel")]
    assert total[:5] == [len(rows), *sums, len({x["client_id"] for x in links})]

    kinds = {str(kind): sum(x["what"] is kind for x in rows) for kind in {x["what"] for x in rows}}
    assert {k: x[0] for k, x in table(built, "kinds").items()} == kinds | {"Total": len(rows)}

    expected = {}
    for funder_id in {x["funder_id"] for x in links}:
        own = [x for x in links if x["funder_id"] == funder_id]
        pairs = {(x["interaction_id"], x["client_id"]) for x in own}
        minutes = sum(x["contact"] for x in spent if (x["interaction_id"], x["client_id"]) in pairs)
        counts = len({i for i, _client in pairs}), len({client for _i, client in pairs})
        expected[funders.get(funder_id, "No funder")] = [counts[0], hours(minutes), counts[1]]
    assert table(built, "funders") == expected

    by_client = {}
    for client_id in {x["client_id"] for x in links}:
        own = [x for x in spent if x["client_id"] == client_id]
        whole = sum(x["contact"] + x["prep"] + x["travel"] for x in own)
        number = sum(x["client_id"] == client_id for x in links)
        by_client[open_clients[client_id]] = [number, hours(sum(x["contact"] for x in own)), hours(whole)]
    assert table(built, "clients") == by_client


def test_activity_by_team(report, actor):
    stmt = sa.select(Interaction).where(sa.not_(Interaction.confidential)).order_by(Interaction.id).limit(6)
    for row in db.session.scalars(stmt):
        row.team_id = None
    db.session.flush()
    reader, definition = actor("nora"), get_report("activity")
    context = default_context(definition, reader, FILE_ROWS)
    with current_app.test_request_context():
        lines = table(definition.build(context), "teams")
    names = {x["id"]: x["name"] for x in plain_rows(Team)} | {None: "No team"}
    rows = interactions(names.keys(), context.period.first, context.period.last)
    open_ids = {x["id"] for x in export_rows(Organization) if not x["confidential"]}
    expected = {}
    for team_id in (*sorted({x["team_id"] for x in rows if x["team_id"]}), None):
        ids = {x["id"] for x in rows if x["team_id"] == team_id}
        spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in ids]
        links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids]
        sums = [hours(sum(x[name] for x in spent)) for name in ("contact", "prep", "travel")]
        clients = {x["client_id"] for x in links if x["client_id"] in open_ids}
        expected[names[team_id]] = [len(ids), *sums, len(clients)]
    assert {name: line for name, line in lines.items() if name != "Total" and line[0]} == expected
    assert lines["Total"][0] == len(rows)
    assert len(expected) == 3


def test_results(report, people):
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
        own = [x for x in rows if kind is None or x["what"] is kind]
        actual = [x for x in own if x["status"] is MilestoneStatus.actual]
        confirmed = [x for x in actual if x["confirmed_on"]]
        expected = [x for x in own if x["status"] is MilestoneStatus.expected]
        in_dollars = [in_usd([x for x in results if x["what"].has_amount]) for results in (confirmed, expected)]
        assert lines[str(kind) if kind else "Total"] == [
            len(confirmed),
            in_dollars[0],
            len(actual) - len(confirmed),
            len(expected),
            in_dollars[1],
            sum(x["jobs"] or 0 for x in confirmed),
        ]


def test_shows(report, people):
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
            in_usd(signed),
        ]


def test_counties(report, people):
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
            in_usd(signed),
        ]
    assert table(built, "texts").keys() == {county for county, line in lines.items() if line[1]} - {"No county"}
    for county, (text,) in table(built, "texts").items():
        _clients, served, _hours, open_count, signed_count, _dollars = lines[county]
        companies = "1 company" if served == 1 else f"{served} companies"
        assert text.startswith(f"In {context.period.name} we helped {companies} in {county} for ")
        sentences = [sentence for sentence in text.split(". ")[1:] if sentence]
        expected = [f"They signed {signed_count} contract{'s' * (signed_count != 1)} worth $"] * bool(signed_count)
        expected += [f"{open_count} opportunit{'y is' if open_count == 1 else 'ies are'} open."] * bool(open_count)
        assert [s[: len(e)] for s, e in zip(sentences, expected, strict=True)] == expected
