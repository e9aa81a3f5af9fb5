"""Default probabilities that are chosen while opportunities of the team change: probabilities and sums stay right."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import User, load_actor, lock_team
from crm.core.data.summaries import find_wrong_sums
from crm.core.policy import Actor
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.opportunities.services import (
    add_opportunity,
    change_opportunities,
    change_opportunity,
    choose_own_rates,
    move_opportunity,
)
from crm.records.services import change_counselor, name_action, undo_action
from tests.factories import client_of, make_confidential, team_id_of
from tests.factories.opportunities import make_opportunity
from tests.mailings.test_parallel import PATIENCE, in_parallel
from tests.opportunities.test_rates import CLOSED, OWN, end

S = OpportunityStage


def actor_named(name: str) -> Actor:
    return load_actor(db.session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one())


@pytest.fixture
def of_team(peopled) -> Any:
    """Return the ids of a client with 30 closed opportunities, and of an open, a dormant and an entered one."""
    with peopled.app_context():
        client = client_of("Inland", "ClearAir Sensors", counselor=actor_named("anna"))
        for stage, count, furthest in CLOSED:
            end(client, stage, count, furthest)
        kinds: tuple[dict[str, Any], ...] = ({}, {"stage": S.dormant}, {"probability": 77})
        rows = [make_opportunity(client, counselor=actor_named("anna"), amount=9, **kind) for kind in kinds]
        db.session.commit()
        return client.id, *(row.id for row in rows)


def choose() -> None:
    assert choose_own_rates(actor_named("clara"), team_id_of("Inland")) >= 0


def find_wrong_chances() -> list[tuple[int, int | None]]:
    """Return the open opportunities that have no entered probability, and another one than that of the team."""
    o = Opportunity
    stmt = sa.select(o.id, o.stage, o.chance).where(o.stage.in_(OWN), o.probability.is_(None))
    return [(i, chance) for i, stage, chance in db.session.execute(stmt) if chance != OWN[stage.value]]


CHANGES: dict[str, Callable[[int, int, int, int], object]] = {
    "added": lambda client_id, *_ids: add_opportunity(actor_named("anna"), {"client_id": client_id, "title": "New"}),
    "reopened": lambda _client, _open, dormant, _entered: move_opportunity(
        actor_named("anna"), db.session.get_one(Opportunity, dormant), S.introduced, why="They called"
    ),
    "cleared": lambda _client, _open, _dormant, entered: change_opportunities(
        actor_named("anna"), [entered], {"probability": None}
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_opportunity_that_is_saved_meanwhile_gets_the_chosen_probability(peopled, of_team, change):
    saved, chosen = Event(), Event()

    def save() -> None:
        CHANGES[change](*of_team)
        db.session.flush()
        saved.set()
        chosen.wait(timeout=PATIENCE)

    def choose_meanwhile() -> None:
        assert saved.wait(timeout=60)
        choose()
        chosen.set()

    assert in_parallel(peopled, save, choose_meanwhile) == []
    with peopled.app_context():
        assert (find_wrong_chances(), find_wrong_sums()) == ([], [])


def test_opportunity_that_is_reassigned_meanwhile_is_in_the_sums_once(peopled, of_team):
    reassigned, chosen = Event(), Event()

    def reassign() -> None:
        assert chosen.wait(timeout=60)
        row = db.session.get_one(Opportunity, of_team[1])
        change_counselor(row, actor_named("clara").id)
        reassigned.set()

    def choose_first() -> None:
        choose()
        chosen.set()
        reassigned.wait(timeout=PATIENCE)

    in_parallel(peopled, reassign, choose_first)
    with peopled.app_context():
        assert (find_wrong_chances(), find_wrong_sums()) == ([], [])


def test_undo_locks_the_team_before_its_opportunities(peopled, of_team):
    with peopled.app_context():
        clara = actor_named("clara")
        act_as(db.session(), clara, ChangeSource.web)
        change_opportunity(clara, db.session.get_one(Opportunity, of_team[1]), {"amount": 10})
        batch_id = name_action("Changes saved.")
        db.session.commit()
    locked, undone = Event(), Event()

    def undo() -> None:
        assert locked.wait(timeout=60)
        undo_action(actor_named("clara"), batch_id)
        undone.set()

    def choose_first() -> None:
        lock_team(team_id_of("Inland"))
        locked.set()
        undone.wait(timeout=PATIENCE)
        choose()

    assert in_parallel(peopled, undo, choose_first) == []
    with peopled.app_context():
        assert db.session.get_one(Opportunity, of_team[1]).amount == 9
        assert (find_wrong_chances(), find_wrong_sums()) == ([], [])


def test_confidential_opportunity_is_not_locked_before_its_team(peopled, of_team):
    with peopled.app_context():
        row = make_confidential(db.session.get_one(Opportunity, of_team[1]))
        row.restricted = False
        db.session.commit()
    locked, changed = Event(), Event()

    def change() -> None:
        assert locked.wait(timeout=60)
        row = db.session.get_one(Opportunity, of_team[1])
        change_opportunity(actor_named("clara"), row, {"counselor_id": actor_named("clara").id})
        changed.set()

    def choose_first() -> None:
        lock_team(team_id_of("Inland"))
        locked.set()
        changed.wait(timeout=PATIENCE)
        choose()

    # On PostgreSQL the change is refused, as the opportunity got another probability meanwhile; there is no deadlock.
    assert [type(error) for error in in_parallel(peopled, change, choose_first)] in ([], [StaleDataError])
    with peopled.app_context():
        assert (find_wrong_chances(), find_wrong_sums()) == ([], [])
