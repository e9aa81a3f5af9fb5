"""Screenings after un-merge, and after an undo in a merged record."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.merging.obstacles import NO_OBSTACLES, find_obstacles
from crm.merging.services import unmerge
from crm.opportunities.policy import ExitTest
from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.services import add_project, save_party
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import change_confidentiality, name_action, set_evidence, undo_action
from tests.factories import client_of, organization
from tests.factories.opportunities import make_opportunity
from tests.merging.lookups import merge, screened

OF_PROJECT, OF_OPPORTUNITY = LeadTest.screening.value, ExitTest.parties_screened.value


def mark(clara, row, test):
    return set_evidence(clara, row, test, EvidenceState.met, "trade.gov", "no hit")


def add_party(project, *, role=ProjectRole.prime, row=None):
    return save_party(project, {"organization_id": (row or organization()).id, "role": role})


@pytest.fixture
def plants(clara):
    """Return two projects, each with a prime of its own."""
    rows = [add_project(clara, {"name": name}) for name in ("Plant", "Plant Suzhou")]
    for row in rows:
        add_party(row)
    return rows


@pytest.fixture
def deals(clara, people, plants):
    """Return an opportunity of each project; both are screened."""
    client = client_of("Inland", counselor=people["anna"])
    rows = [make_opportunity(client, counselor=people["anna"], project_id=row.id) for row in plants]
    for row in rows:
        mark(clara, row, OF_OPPORTUNITY)
    return rows


@pytest.fixture
def undo_party(clara):
    """Return a function that adds a party as one request, and undoes it."""

    def undo(project, role):
        act_as(db.session(), clara, ChangeSource.web)
        add_party(project, role=role)
        batch_id = name_action("Saved.")
        act_as(db.session(), clara, ChangeSource.web)
        undo_action(clara, batch_id)
        act_as(db.session(), clara, ChangeSource.web)

    return undo


def test_new_answers_stay_and_do_not_keep_a_merge_from_being_undone(clara, plants, deals):
    mark(clara, plants[0], OF_PROJECT)
    merged = merge(clara, *plants)
    assert screened() == set()
    mark(clara, plants[0], OF_PROJECT)
    new = mark(clara, deals[0], OF_OPPORTUNITY)
    new_at = new.at
    assert find_obstacles(clara, merged) == NO_OBSTACLES
    unmerge(clara, merged)
    assert screened() == {plants[0].id, *(row.id for row in deals)}
    assert new.at == new_at


def test_new_answer_for_a_hidden_opportunity_does_not_block_unmerge(clara, actor, plants, deals):
    merged = merge(clara, *plants)
    mark(clara, deals[0], OF_OPPORTUNITY)
    change_confidentiality(deals[0], confidential=True, readers=[actor("anna").id])
    db.session.flush()
    assert find_obstacles(clara, merged) == NO_OBSTACLES
    unmerge(clara, merged)
    assert screened() == {row.id for row in deals}


def test_unmerge_restores_no_screening_over_a_party_added_since(clara, plants, deals):
    mark(clara, plants[0], OF_PROJECT)
    merged = merge(clara, *plants)
    add_party(plants[0], role=ProjectRole.owner)
    unmerge(clara, merged)
    assert screened() == {deals[1].id}


@pytest.mark.parametrize("is_screened", [True, False])
def test_new_screening_of_an_opportunity_with_the_buyer_of_the_other_one_goes_with_unmerge(clara, people, is_screened):
    client = client_of("Inland", counselor=people["anna"])
    first, second = (
        make_opportunity(client, counselor=people["anna"], buyer_id=organization().id) for _number in range(2)
    )
    evidence = [mark(clara, row, OF_OPPORTUNITY) for row in (first, second) if is_screened]
    before = {row.record_id: row.at for row in evidence}
    merged = merge(clara, first, second, buyer_id="b")
    assert (first.buyer_id, screened()) == (second.buyer_id, set())
    mark(clara, first, OF_OPPORTUNITY)
    assert find_obstacles(clara, merged) == NO_OBSTACLES
    unmerge(clara, merged)
    assert dict(db.session.execute(sa.select(Evidence.record_id, Evidence.at)).all()) == before


@pytest.mark.parametrize("role", [ProjectRole.lender, ProjectRole.owner])
def test_undo_after_unmerge_restores_the_screenings_of_each_project(clara, plants, deals, undo_party, role):
    for row in plants:
        mark(clara, row, OF_PROJECT)
    before = screened()
    unmerge(clara, merge(clara, *plants))
    assert screened() == before
    for row in plants:
        undo_party(row, role)
    assert screened() == before


def test_harmless_undo_in_a_merged_project_leaves_its_screening(clara, plants, undo_party):
    for row in plants:
        mark(clara, row, OF_PROJECT)
    merge(clara, *plants)
    assert screened() == {plants[0].id}
    undo_party(plants[0], ProjectRole.lender)
    assert screened() == {plants[0].id}


def test_harmless_undo_after_a_merge_of_a_party_leaves_the_screening(clara, undo_party):
    first, second = organization("Huadong"), organization("Hua Dong")
    project = add_project(clara, {"name": "Plant"})
    add_party(project, row=second)
    mark(clara, project, OF_PROJECT)
    merge(clara, first, second)
    undo_party(project, ProjectRole.lender)
    assert screened() == {project.id}


def test_undo_restores_no_screening_from_before_a_merge_that_added_parties(clara, plants, deals):
    mark(clara, plants[0], OF_PROJECT)
    act_as(db.session(), clara, ChangeSource.web)
    add_party(plants[0], role=ProjectRole.owner)
    batch_id = name_action("Saved.")
    act_as(db.session(), clara, ChangeSource.web)
    merge(clara, *plants)
    undo_action(clara, batch_id)
    assert screened() == set()
