"""Who may see which opportunity, and what of it is shown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.access import cached_query
from crm.core.data.base import db
from crm.core.data.record import archive_record, restore_record
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.core.errors import NotFound
from crm.core.policy import can
from crm.opportunities import conditions, queries
from crm.opportunities.board import load_board
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import LicenseGate, OpportunityStage
from tests.factories import client_of, make_confidential, team_id_of
from tests.factories.opportunities import make_opportunity

USERS = ("anna", "boris", "clara", "shen", "dora", "nora", "admin")


@pytest.fixture
def mixed(people):
    """Return opportunities of two teams in every state of review and visibility."""
    inland, bay = client_of("Inland"), client_of("Bay")
    rows = [
        make_opportunity(inland),
        make_opportunity(bay, stage=OpportunityStage.quoted),
        make_opportunity(bay),
        make_opportunity(bay, stage=OpportunityStage.export_hold),
        make_opportunity(bay, license_gate=LicenseGate.not_needed),
        make_opportunity(bay, stage=OpportunityStage.negotiating),
        make_opportunity(inland, counselor=people["clara"], confidential=True),
        make_opportunity(bay, stage=OpportunityStage.export_hold, counselor=people["boris"], confidential=True),
        make_opportunity(bay, counselor=people["boris"], confidential=True, readers=[people["anna"]]),
    ]
    db.session.flush()
    return rows


@cached_query
def _select_by_visibility_key(viewer):
    return sa.select(conditions.OPPORTUNITY.c.id).where(conditions.is_visible_active(viewer))


@pytest.mark.parametrize("viewer", USERS)
def test_rule_condition_and_visibility_key_agree(actor, mixed, viewer):
    reader = actor(viewer)
    ids = lambda where: set(db.session.scalars(sa.select(Opportunity.id).where(where)))  # noqa: E731
    by_rule = {row.id for row in mixed if can(reader, "opportunity:see", row)}
    assert ids(conditions.is_visible_opportunity(reader)) == by_rule
    assert {row.id for row in _select_by_visibility_key(reader, **conditions.visibility_keys(reader))} == by_rule


def test_compliance_sees_what_awaits_review_in_every_team(actor, mixed):
    rows = {row.id for row in mixed if can(actor("dora"), "opportunity:see", row)}
    assert rows == {mixed[i].id for i in (0, 2, 3)}


def test_invisible_opportunity_is_not_found(actor, mixed):
    with pytest.raises(NotFound):
        queries.get_opportunity(actor("anna"), mixed[1].id)


def test_visibility_key_follows_team_confidentiality_and_archive(session, people):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"])
    rows = [row.visibility_key]
    row.team_id = team_id_of("Bay")
    session.flush()
    rows.append(row.visibility_key)
    make_confidential(row)
    rows.append(row.visibility_key)
    archive_record(row, "Twice")
    session.flush()
    rows.append(row.visibility_key)
    restore_record(row)
    session.flush()
    rows.append(row.visibility_key)
    assert rows == [team_id_of("Inland"), team_id_of("Bay"), -1, -2, -1]
    assert session.execute(find_wrong_visibility_keys()).all() == []


def test_wrong_visibility_key_is_found(session, people):
    row = make_opportunity(client_of("Inland"))
    session.execute(
        sa.update(conditions.OPPORTUNITY).where(conditions.OPPORTUNITY.c.id == row.id).values(visibility_key=99)
    )
    assert session.execute(find_wrong_visibility_keys()).all() == [(row.id, team_id_of("Inland"))]


def test_board_adds_up_by_currency_and_counts_those_without_an_amount(actor, people):
    organization = client_of("Inland")
    make_opportunity(organization, stage=OpportunityStage.quoted, amount=1000)
    make_opportunity(organization, stage=OpportunityStage.quoted, amount=500, currency="CNY")
    make_opportunity(organization, stage=OpportunityStage.quoted)
    pipeline = load_board(actor("anna"), ())
    total = pipeline.columns[2].total
    assert (total.count, total.without_amount) == (3, 1)
    assert [(s.currency, s.amount, s.weighted) for s in total.sums] == [("USD", 1000, 400), ("CNY", 500, 200)]


def test_board_counts_no_confidential_opportunity_signed_before_the_year(actor, people):
    organization, secret = client_of("Inland"), {"counselor": people["clara"], "confidential": True}
    make_opportunity(organization, stage=OpportunityStage.contracted, **secret)
    make_opportunity(organization, stage=OpportunityStage.contracted, days=400, **secret)
    assert [column.hidden for column in load_board(actor("anna"), ()).columns] == [0, 0, 0, 0, 1]


def test_names_of_confidential_clients_are_hidden(actor, people):
    organization = client_of("Inland", "Plain", counselor=people["clara"])
    row = make_opportunity(organization)
    make_confidential(organization)
    row.confidential = False  # no longer confidential, while its client still is
    db.session.flush()
    row_for_anna = queries.load_opportunities(actor("anna"), [row.id])[row.id]
    assert (row_for_anna.client.label, row_for_anna.client.id) == ("confidential client", None)


def test_users_with_the_same_access_profile_see_their_own_board(actor, people):
    anna_row = make_opportunity(client_of("Inland"), counselor=people["anna"])
    boris_row = make_opportunity(client_of("Bay"), counselor=people["boris"])
    pipeline = [
        {c.id for x in load_board(actor(viewer), (("mine", True),)).columns for c in x.cards}
        for viewer in ("anna", "boris")
    ]
    assert pipeline == [{anna_row.id}, {boris_row.id}]


def test_page_of_a_client_shows_its_fifty_newest_opportunities(people, actor):
    organization = client_of("Inland")
    ids = [make_opportunity(organization).id for _ in range(51)]
    make_opportunity(client_of("Inland"))
    assert [row.id for row in queries.list_opportunities_of(actor("anna"), [organization.id])[organization.id]] == ids[
        :0:-1
    ]
