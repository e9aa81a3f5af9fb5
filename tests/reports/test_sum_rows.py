"""Sums of opportunities by what belongs to them, and those that are overdue: exact figures without random data."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.base import db
from crm.interactions.services import InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.organizations.models import Client
from crm.projects.services import add_project
from crm.reports.queries import (
    Scope,
    list_overdue_in_stage,
    load_sector_names,
    sum_active,
    sum_by_close,
    sum_open_by,
    sum_parts,
    sum_stuck,
)
from crm.shows.services import save_show
from tests.factories import (
    archived,
    client_of,
    make_confidential,
    organization,
    post,
    representation,
    sector,
    team_id_of,
)
from tests.factories.opportunities import make_opportunity

MATCHED, SIGNED, LOST = OpportunityStage.matched, OpportunityStage.contracted, OpportunityStage.lost
DAY = date(2026, 3, 2)


@pytest.fixture
def scope(actor):
    return Scope(actor("anna"), (actor("anna").first_team_id,))


def figures(rows) -> dict:
    """Return number and amount by key."""
    return {row.key: (row.opportunity_count, row.amount) for row in rows}


@pytest.fixture
def chain(people, actor):
    """Return the records that have a part in an open opportunity of 1 and a signed one of 2; others have none."""
    anna = actor("anna")
    water, air = sector("Water"), sector("Air")
    client = client_of("Inland", "Alpha", sectors=[water, air])
    db.session.get_one(Client, client.id).county = "Kern"
    consulate, buyer = post("Consulate Shanghai"), organization("Harbor", country="CN")
    project = add_project(anna, {"name": "Water plant", "country": "VN", "source_id": consulate.id})
    rep = representation(client)
    parts = {"project_id": project.id, "buyer_id": buyer.id, "representation_id": rep.id}
    rows = [make_opportunity(client, amount=1, **parts), make_opportunity(client, amount=2, stage=SIGNED, **parts)]
    other = client_of("Inland", "Beta")
    make_opportunity(other, amount=4), make_opportunity(other, amount=8, stage=LOST)
    archived(make_opportunity(client, amount=16, **parts))
    make_opportunity(client_of("Bay"), amount=32, project_id=project.id, buyer_id=buyer.id)
    show = save_show(anna, {"name": "Fair", "zone": "UTC", "starts_on": DAY, "ends_on": DAY})
    for row in (rows[0], rows[0], rows[1]):
        values = {"wall": datetime(2026, 3, 2, 9), "zone": "UTC", "subject": "Talk"}
        log_interaction(anna, values, InteractionDetails(about=[row.id, show.id]))
    return {"prime": buyer, "rep": rep, "post": consulate, "show": show, "water": water, "air": air, "project": project}


@pytest.mark.parametrize("code", ["prime", "rep", "post", "show"])
def test_records_are_credited_with_open_and_signed_opportunities_once(scope, people, chain, code):
    record = chain[code]
    assert figures(sum_parts(scope, code)) == {(record.id, False): (1, 1), (record.id, True): (1, 2)}
    assert figures(sum_open_by(scope, code)) == {record.id: (1, 1), None: (1, 4)}
    record.team_id = team_id_of("Bay")
    db.session.flush()
    assert figures(sum_open_by(scope, code)) == {None: (2, 5)}
    record.team_id, record.counselor_id = scope.teams[0], people["anna"].id
    record.confidential = True
    db.session.flush()
    assert figures(sum_parts(scope, code)) == {}


def test_open_opportunities_by_county_sector_and_country(scope, chain):
    assert figures(sum_open_by(scope, "county")) == {"Kern": (1, 1), "": (1, 4)}
    by_sector = {chain["water"].id: (1, 1), chain["air"].id: (1, 1), None: (1, 4)}
    assert figures(sum_open_by(scope, "sector")) == by_sector
    assert figures(sum_open_by(scope, "country")) == {"VN": (1, 1), "": (1, 4)}
    chain["air"].active = False
    db.session.flush()
    del by_sector[chain["air"].id]
    assert figures(sum_open_by(scope, "sector")) == by_sector
    assert load_sector_names([chain["water"].id]) == {chain["water"].id: "Water"}
    assert load_sector_names([]) == {}


def test_overdue_opportunities_are_rows_of_their_own_and_empty_stages_none(clock, scope, people):
    inland = client_of("Inland")
    make_opportunity(inland, days=90, amount=5)
    make_opportunity(client_of("Bay"), days=90)
    make_confidential(make_opportunity(inland, days=90, counselor=people["anna"]))
    archived(make_opportunity(inland, stage=OpportunityStage.negotiating))
    rows = [(row.key, row.opportunity_count, row.with_amount, row.amount, row.overdue) for row in sum_active(scope)]
    key = (team_id_of("Inland"), MATCHED, None)
    assert rows == [(key, 1, 1, 5, 0), (key, 0, 0, None, 1)]
    assert [(row.amount, row.days) for row in list_overdue_in_stage(scope, 10)] == [(5, 90)]
    make_opportunity(inland, stage=OpportunityStage.delivering, days=900)
    (stuck,) = sum_stuck(scope)
    assert (stuck.money.key.stage, stuck.money.opportunity_count, stuck.money.amount) == (MATCHED, 1, 5)


def test_close_dates_are_those_of_the_teams(scope, people):
    month = (date(2026, 4, 1), date(2026, 4, 30))
    make_opportunity(client_of("Inland"), close_on=month[1], amount=5)
    make_opportunity(client_of("Bay"), close_on=month[1], amount=7)
    assert figures(sum_by_close(scope, [month])) == {(0, False): (1, 5)}
    own = Scope(scope.actor, scope.teams, counselor_id=people["dora"].id)
    assert sum_by_close(own, [month]) == []
