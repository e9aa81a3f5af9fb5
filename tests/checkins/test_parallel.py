"""Two users accept the answer of a China rep at the same moment: it is logged once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError, Event

import sqlalchemy as sa

from crm.checkins import views
from crm.checkins.models import CheckIn, CheckInPlan
from crm.checkins.queries import get_check_in
from crm.checkins.services import accept_answer, save_answer, send_check_in
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.tokens import hash_token
from crm.interactions.models import Interaction
from tests.factories import client_of, person, representation
from tests.factories.records import reachable
from tests.mailings.test_parallel import PATIENCE, in_parallel

TOKEN = "token"


def answered_check_in() -> int:
    """Return the id of a check-in that the China rep of a client of anna has answered. Its link is TOKEN."""
    anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
    zhou = reachable(person("Zhou", "Limin", country="CN"), email="zhou@example.cn")
    rep = representation(client_of("Inland", "Tri-Valley Sensors", counselor=anna), zhou, counselor=anna)
    db.session.add(CheckInPlan(representation_id=rep.id, started_on=date(2026, 1, 1)))
    db.session.flush()
    row = send_check_in(rep.id)
    assert row is not None
    row.token_hash = hash_token(TOKEN)
    save_answer(row, "Two visits.")
    db.session.commit()
    return row.id


def test_answer_accepted_twice_at_once_is_logged_once(peopled):
    with peopled.app_context():
        check_in_id = answered_check_in()
    both = Barrier(2)

    def accept() -> None:
        user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        actor = load_actor(user)
        row = get_check_in(actor, check_in_id, "representation:edit")
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)
        accept_answer(actor, row)

    errors = in_parallel(peopled, accept, accept)
    assert len(errors) == 1
    with peopled.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Interaction)) == 1
        assert db.session.get_one(CheckIn, check_in_id).interaction_id is not None


def test_correction_while_the_answer_is_logged_is_not_lost(peopled, monkeypatch):
    with peopled.app_context():
        check_in_id = answered_check_in()
    logged, corrected, real_save = Event(), Event(), views.services.save_answer

    def save_later(row: CheckIn, text: str) -> None:
        corrected.set()
        logged.wait(timeout=PATIENCE)
        real_save(row, text)

    monkeypatch.setattr(views.services, "save_answer", save_later)
    monkeypatch.setitem(peopled.config, "WTF_CSRF_ENABLED", False)
    statuses: list[int] = []

    def correct() -> None:
        answer = peopled.test_client().post(f"/check-in/{TOKEN}", data={"answer": "Three visits."})
        statuses.append(answer.status_code)

    def accept() -> None:
        assert corrected.wait(timeout=60)
        user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        actor = load_actor(user)
        accept_answer(actor, get_check_in(actor, check_in_id, "representation:edit"))
        db.session.commit()
        logged.set()

    assert in_parallel(peopled, correct, accept) == []
    with peopled.app_context():
        row = db.session.get_one(CheckIn, check_in_id)
        notes = db.session.get_one(Interaction, row.interaction_id).notes
        assert (statuses, notes, row.answer) == ([303], "Three visits.", "Three visits.")
