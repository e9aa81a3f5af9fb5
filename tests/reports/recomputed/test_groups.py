"""The pipeline by group and the sources equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from random import Random

import pytest
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneStatus
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState, InteractionType
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import StageGroup, is_open
from crm.organizations.models import Client, OrganizationSector, Post
from crm.people.models import Representation
from crm.projects.models import Project
from crm.reports.params import FILE_ROWS, build_context, default_context
from crm.shows.models import Show
from tests.factories import client_of, organization, post, representation, sector
from tests.reports.conftest import lead
from tests.reports.lookups import get_report, table
from tests.reports.random_records import (
    Row,
    counted,
    export_rows,
    opportunities,
    plain_rows,
    usd_or_blank,
    weighted_usd,
)
from tests.reports.random_results import add_milestones, add_shows

pytestmark = pytest.mark.engine_in_turn

MEETINGS = (InteractionType.meeting, InteractionType.visit, InteractionType.introduction)


@pytest.fixture
def groups(report, people):
    """Give random opportunities primes, projects of U.S. posts, reps, counties, sectors and shows; return them."""
    add_shows(people, 3)
    random = Random(3)
    primes = [organization("Prime A", country="CN"), organization("Prime B"), None]
    posts = [post("Shanghai"), post("Wuhan")]
    projects = [lead("Water"), lead("Rail"), None]
    for project, source, country in zip(projects[:2], posts, ("VN", None), strict=True):
        project.source_id, project.country = source.id, country
    sectors = [sector("Water tech"), sector("Energy")]
    reps = [representation(client_of("Inland")), representation(client_of("Inland")), None]
    shows, values = _shows_of_opportunities(report.teams), {}
    for row in db.session.query(Opportunity).order_by(Opportunity.id).all():
        client = db.session.get(Client, row.client_id) or Client(organization_id=row.client_id)
        client.county = ["Orange", None][row.client_id % 2]
        db.session.add(client)
        for one in sectors[: row.client_id % 3]:
            db.session.merge(OrganizationSector(organization_id=row.client_id, sector_id=one.id))
        prime, project, rep = random.choice(primes), random.choice(projects), random.choice(reps)
        row.representation_id = rep.id if rep else None
        row.buyer_id, row.project_id = prime.id if prime else None, project.id if project else None
        country = (project.country if project else None) or (prime.country if prime else None)
        values[row.id] = {
            "prime": [prime.label] if prime else [],
            "post": [posts[projects.index(project)].label] if project else [],
            "country": [{"CN": "China", "VN": "Vietnam"}[country]] if country else [],
            "rep": [rep.label] if rep else [],
            "show": sorted(shows.get(row.id, ())),
            "county": ["Orange"] if row.client_id % 2 == 0 else [],
            "sector": [one.name for one in sectors[: row.client_id % 3]],
            "team": [db.session.get_one(Team, row.team_id).name] if row.team_id else [],
        }
    db.session.flush()
    db.session.expire_all()
    return values


def _shows_of_opportunities(teams) -> dict[int, set[str]]:
    """Return the shows at which opportunities were discussed: those that an interaction is linked to as well."""
    talks = {x["id"] for x in counted(export_rows(Interaction), teams) if x["state"] is InteractionState.held}
    labels, links = {x["id"]: x["label"] for x in export_rows(Show)}, plain_rows(InteractionLink)
    shows: dict[int, set[str]] = {}
    for link in links:
        if link["record_id"] in labels and link["interaction_id"] in talks:
            for other in links:
                if other["interaction_id"] == link["interaction_id"]:
                    shows.setdefault(other["record_id"], set()).add(labels[link["record_id"]])
    return shows


GROUPINGS = ("prime", "post", "country", "county", "sector", "rep", "show")


def test_pipeline_by_group_equals_recomputation(report, groups, actor):
    for code in GROUPINGS:
        _assert_equal(code, actor("clara"), report.teams, groups)


def test_pipeline_by_team_equals_recomputation(groups, actor):
    _assert_equal("team", actor("nora"), {x["id"] for x in plain_rows(Team)}, groups)


def _assert_equal(code: str, reader: Actor, teams: set[int | None], groups: dict[int, dict[str, list[str]]]) -> None:
    definition = get_report("breakdown")
    default = default_context(definition, reader, FILE_ROWS)
    context = build_context(definition, default.scope, default.period, FILE_ROWS, code)
    with current_app.test_request_context():
        lines = table(definition.build(context), "groups")
    rows = [x for x in opportunities(teams) if is_open(x["stage"])]
    labels = {label for x in rows for label in groups[x["id"]][code] or ["Not on record"]}
    assert len(labels) > 1, code
    figures = {label: [count, *sums] for label, (count, _amounts, *sums) in lines.items()}
    assert figures == {
        label: [len(own), usd_or_blank(own), usd_or_blank(own, weighted_usd), sum(x["amount"] is None for x in own)]
        for label in labels
        if (own := [x for x in rows if label in (groups[x["id"]][code] or ["Not on record"])])
    }, code


def test_sources_equal_recomputation(report, groups):
    built, _context = report("sources")
    rows = opportunities(report.teams)
    for code in ("post", "show", "rep"):
        expected = {}
        for label in {label for x in rows for label in groups[x["id"]][code]}:
            own = [x for x in rows if label in groups[x["id"]][code]]
            signed = [x for x in own if x["stage"].group is StageGroup.signed]
            expected[label] = [len(own), usd_or_blank(own), len(signed), usd_or_blank(signed), 0, 0]
        assert expected, code
        assert table(built, code) == expected, code


@pytest.fixture
def results(report, groups, people):
    """Add results with an opportunity, project, post, show and China rep, or without."""
    add_milestones(people, 4)
    random = Random(4)
    ids = {
        "opportunity_id": [x["id"] for x in export_rows(Opportunity)],
        "project_id": [x["id"] for x in export_rows(Project)],
        "post_id": [x["organization_id"] for x in plain_rows(Post)],
        "show_id": [x["id"] for x in export_rows(Show)],
        "representation_id": [x["id"] for x in export_rows(Representation)],
    }
    for row in db.session.query(Milestone).order_by(Milestone.id).all():
        for name, choices in ids.items():
            if random.random() < 0.5:
                setattr(row, name, random.choice(choices))
    db.session.flush()
    db.session.expire_all()
    return report


def test_results_of_sources_equal_recomputation(results):
    built, _context = results("sources")
    chains = {code: _chains(code, results.teams) for code in ("post", "show", "rep")}
    rows = [x for x in counted(export_rows(Milestone), results.teams) if _is_expected(x) or _is_confirmed(x)]
    for code, chain in chains.items():
        expected = {
            label: (sum(map(_is_expected, own)), sum(map(_is_confirmed, own)))
            for label in {label for x in rows for label in chain(x)}
            if (own := [x for x in rows if label in chain(x)])
        }
        assert len(expected) > 1, code
        counts_by_label = {label: (line[4], line[5]) for label, line in table(built, code).items()}
        assert {label: counts for label, counts in counts_by_label.items() if any(counts)} == expected, code


def _is_expected(row: Row) -> bool:
    return row["status"] is MilestoneStatus.expected


def _is_confirmed(row: Row) -> bool:
    return row["status"] is MilestoneStatus.actual and row["confirmed_on"] is not None


def _chains(code: str, teams):
    """Return how to read the posts, shows or China reps that had a part in a result, by its chain."""
    deals = {x["id"]: x for x in export_rows(Opportunity) if x["team_id"] in {*teams, None}}
    projects = {x["id"]: x["source_id"] for x in export_rows(Project)}
    labels = {x["id"]: x["label"] for x in counted(plain_rows(Record), {*teams, None})}
    talks = [x for x in export_rows(Interaction) if x["team_id"] in {*teams, None} and x["archived_at"] is None]
    ids = {x["id"] for x in talks if x["state"] is InteractionState.held and x["type"] in MEETINGS}
    links = [x for x in plain_rows(InteractionLink) if x["interaction_id"] in ids]
    shows = {x["id"] for x in export_rows(Show)}

    def read(row: Row) -> set[str]:
        deal = deals.get(row["opportunity_id"], {})
        if code == "post":
            parts = {row["post_id"], projects.get(row["project_id"]), projects.get(deal.get("project_id"))}
        elif code == "rep":
            parts = {row["representation_id"], deal.get("representation_id")}
        else:
            meeting_ids = {x["interaction_id"] for x in links if x["record_id"] == deal.get("id")}
            parts = {row["show_id"], *({x["record_id"] for x in links if x["interaction_id"] in meeting_ids} & shows)}
        return {labels[i] for i in parts if i in labels}

    return read
