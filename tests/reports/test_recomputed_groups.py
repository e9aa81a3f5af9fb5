"""The pipeline by group and the sources equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from random import Random

import pytest
from flask import current_app

from crm.core.data.base import db
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import StageGroup, is_open
from crm.organizations.models import Client, OrganizationSector
from crm.reports.params import FILE_ROWS, build_context, default_context
from crm.reports.registry import get_report
from crm.shows.models import Show
from tests.factories import client_of, organization, post, representation, sector
from tests.reports.conftest import lead
from tests.reports.lookups import table
from tests.reports.random_records import counted, export_rows, in_usd, opportunities, plain_rows
from tests.reports.random_results import add_shows


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
    for row in db.session.query(Opportunity).all():
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


@pytest.mark.parametrize("code", ["prime", "post", "country", "county", "sector", "rep", "show"])
def test_pipeline_by_group(report, groups, actor, code):
    definition, reader = get_report("breakdown"), actor("clara")
    context = default_context(definition, reader, FILE_ROWS)
    context = build_context(definition, context.scope, context.period, FILE_ROWS, code)
    with current_app.test_request_context():
        lines = table(definition.build(context), "groups")
    rows = [x for x in opportunities(report.teams) if is_open(x["stage"])]
    labels = {label for x in rows for label in groups[x["id"]][code] or ["Not on record"]}
    assert len(labels) > 1
    assert {label: line[:2] for label, line in lines.items()} == {
        label: [len(own), in_usd(own)]
        for label in labels
        if (own := [x for x in rows if label in (groups[x["id"]][code] or ["Not on record"])])
    }


def test_sources(report, groups):
    built, _context = report("sources")
    rows = opportunities(report.teams)
    for code in ("post", "show", "rep"):
        expected = {}
        for label in {label for x in rows for label in groups[x["id"]][code]}:
            own = [x for x in rows if label in groups[x["id"]][code]]
            signed = [x for x in own if x["stage"].group is StageGroup.signed]
            expected[label] = [len(own), in_usd(own), len(signed), in_usd(signed), 0, 0]
        assert expected, code
        assert table(built, code) == expected, code
