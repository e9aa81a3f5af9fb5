"""Screenings after an undo: they stay, come back or go with the parties that they are about."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.opportunities.policy import ExitTest
from crm.opportunities.services import change_opportunity
from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.services import add_project, remove_party, save_party
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import name_action, set_evidence, undo_action
from tests.factories import organization
from tests.factories.opportunities import make_opportunity

MET, OTHER = EvidenceState.met, EvidenceState.does_not_apply


@pytest.fixture
def anna(session, people, actor):
    return actor("anna")


@pytest.fixture
def act(anna):
    """Return a function that performs a change as one request of anna, and returns the id of the action."""

    def act(change, *args):
        act_as(db.session(), anna, ChangeSource.web)
        change(*args)
        batch_id = name_action("Saved.")
        act_as(db.session(), anna, ChangeSource.web)
        return batch_id

    return act


@pytest.fixture
def plant(anna):
    return add_project(anna, {"name": "Plant", "country": "CN"})


@pytest.fixture
def deal(people, inland_client, plant):
    return make_opportunity(inland_client, counselor=people["anna"], project_id=plant.id)


@pytest.fixture
def screen(anna, plant, deal):
    """Return a function that marks the screenings of the project and of its opportunity."""

    def screen(state=MET):
        set_evidence(anna, plant, LeadTest.screening.value, MET, "trade.gov")
        set_evidence(anna, deal, ExitTest.parties_screened.value, state, "trade.gov")

    return screen


def add_party(project, role=ProjectRole.prime):
    return save_party(project, {"organization_id": organization().id, "role": role})


def states(*rows):
    stmt = sa.select(Evidence.record_id, Evidence.state).where(Evidence.record_id.in_([row.id for row in rows]))
    stored = dict(db.session.execute(stmt).all())
    return [stored.get(row.id) for row in rows]


def undo(anna, batch_id):
    act_as(db.session(), anna, ChangeSource.web)
    undo_action(anna, batch_id)
    undo_id = name_action("Undone.")
    act_as(db.session(), anna, ChangeSource.web)
    return undo_id


def test_undo_of_a_party_restores_both_screenings_and_redo_withdraws_them(anna, act, plant, deal, screen):
    screen()
    first = act(add_party, plant)
    assert states(plant, deal) == [None, None]
    again = undo(anna, first)
    assert states(plant, deal) == [MET, MET]
    undo(anna, again)
    assert states(plant, deal) == [None, None]


def test_undo_restores_no_screening_while_another_party_is_new(anna, act, plant, deal, screen):
    screen()
    first, second = act(add_party, plant), act(add_party, plant, ProjectRole.owner)
    undo(anna, first)
    assert states(plant, deal) == [None, None]
    undo(anna, second)
    assert states(deal) == [MET]


def test_undo_of_a_removed_party_withdraws_screenings_made_without_it(anna, act, plant, deal, screen):
    party, lender = add_party(plant), add_party(plant, ProjectRole.lender)
    removed, removed_lender = act(remove_party, party), act(remove_party, lender)
    screen()
    undo(anna, removed_lender)
    assert states(plant, deal) == [MET, MET]
    undo(anna, removed)
    assert states(plant, deal) == [None, None]


def test_undo_leaves_a_new_answer_alone(anna, act, plant, deal, screen):
    screen()
    first = act(add_party, plant)
    screen(OTHER)
    db.session.delete(db.session.scalars(sa.select(Evidence).where(Evidence.record_id == plant.id)).one())
    undo(anna, first)
    assert states(plant, deal) == [MET, OTHER]


@pytest.mark.parametrize("changes_buyer", [True, False])
def test_undo_restores_a_screening_only_for_the_present_parties_of_an_opportunity(
    anna, act, plant, deal, screen, changes_buyer
):
    screen()
    other = add_project(anna, {"name": "Harbor"})
    moved = act(change_opportunity, anna, deal, {"project_id": other.id})
    assert states(deal) == [None]
    if changes_buyer:
        act(change_opportunity, anna, deal, {"buyer_id": organization().id})
    undo(anna, moved)
    assert (deal.project_id, states(deal)) == (plant.id, [None if changes_buyer else MET])
    added = act(add_party, plant)
    undo(anna, added)
    assert states(deal) == [None if changes_buyer else MET]


def test_undo_restores_no_screening_of_an_opportunity_after_a_party_was_added(anna, act, plant, deal, screen):
    screen()
    marked = act(set_evidence, anna, deal, ExitTest.parties_screened.value, OTHER, "trade.gov")
    act(add_party, plant)
    assert states(deal) == [OTHER]
    undo(anna, marked)
    assert states(deal) == [None]


def test_undone_move_restores_no_screening_if_the_project_has_another_party(anna, act, plant, deal, screen):
    screen()
    other = add_project(anna, {"name": "Harbor"})
    moved = act(change_opportunity, anna, deal, {"project_id": other.id})
    act(add_party, plant)
    undo(anna, moved)
    assert (deal.project_id, states(deal)) == (plant.id, [None])
