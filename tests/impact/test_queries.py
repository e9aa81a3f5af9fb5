"""The chain of a milestone, and the records that had a part in it."""

from __future__ import annotations

from datetime import date

import pytest

from crm.impact.policy import Confirmation
from crm.impact.queries import ChainPart, list_milestones, list_milestones_of, load_chains
from tests.factories import client_of, make_confidential
from tests.factories.impact import make_milestone

ALL = (date(2026, 1, 1), date(2026, 12, 31))


def steps(viewer, row):
    return [(step.part, step.label) for step in load_chains(viewer, [row.id])[row.id]]


def test_chain_of_an_opportunity_leads_from_post_to_opportunity(actor, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    assert steps(actor("anna"), row) == [
        (ChainPart.source, "Consulate Shanghai"),
        (ChainPart.project, "Ningbo Water Works"),
        (ChainPart.show, "Aquatech China"),
        (ChainPart.meeting, "Booth talk"),
        (ChainPart.rep, chain.rep.label),
        (ChainPart.opportunity, "Level meters for Ningbo"),
    ]


def test_chosen_links_stand_for_those_of_an_opportunity(actor, chain):
    row = make_milestone(chain.client, project_id=chain.project.id, show_id=chain.show.id, post_id=chain.post.id)
    assert steps(actor("anna"), row) == [
        (ChainPart.source, "Consulate Shanghai"),
        (ChainPart.project, "Ningbo Water Works"),
        (ChainPart.show, "Aquatech China"),
    ]


@pytest.mark.parametrize("name", ["client", "post", "project", "show", "rep", "opportunity"])
def test_every_record_of_the_chain_had_a_part(actor, chain, name):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    make_milestone(client_of("Inland", "Bay Cold Chain"))
    assert [m.id for m in list_milestones_of(actor("anna"), getattr(chain, name))] == [row.id]
    assert list_milestones_of(actor("boris"), getattr(chain, name)) == []


def test_confidential_meeting_and_its_show_are_left_out(actor, people, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    make_confidential(chain.talk, people["anna"])
    assert {part for part, _label in steps(actor("anna"), row)} >= {ChainPart.meeting, ChainPart.show}
    assert {part for part, _label in steps(actor("dora"), row)} & {ChainPart.meeting, ChainPart.show} == set()
    assert list_milestones_of(actor("dora"), chain.show) == []


def test_money_is_hidden_from_the_china_desk(actor, chain):
    make_milestone(chain.client, amount=120000)
    amounts = [[row.amount for row in list_milestones_of(actor(name), chain.client)] for name in ("anna", "shen")]
    assert amounts == [[120000], [None]]


def test_period_has_visible_milestones_by_their_date(actor, people, chain):
    first = make_milestone(chain.client, on=date(2026, 2, 1), confirmed_on=ALL[0], confirmed_how=Confirmation.email)
    second = make_milestone(chain.client, on=date(2026, 3, 1))
    make_milestone(chain.client, on=date(2025, 12, 31))
    secret = make_milestone(chain.client, on=date(2026, 3, 2), counselor_id=people["dora"].id)
    make_confidential(secret)
    rows = list_milestones(actor("anna"), *ALL)
    assert [(row.id, row.is_confirmed) for row in rows] == [(second.id, False), (first.id, True)]
    assert [row.id for row in list_milestones(actor("dora"), *ALL)] == [secret.id, second.id, first.id]
    assert list_milestones(actor("boris"), *ALL) == []
