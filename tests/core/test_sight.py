"""Questions whose words are made once give each person what that person may see."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from crm.core import clock
from crm.core.db import Asked, db, fetch, own_transaction
from crm.core.identity import User
from crm.core.policy import SYSTEM, Actor, Role, may_see
from crm.core.record import Record, visible
from crm.core.sight import Sight, question
from crm.records.models import Recent
from crm.records.services import note_recent
from tests.factories import organization

PEOPLE = ("anna", "boris", "clara", "shen", "dora", "nora", "admin")


@question
def _seen(who: Sight) -> Asked:
    return sa.select(Record.id).where(visible(who), Record.id >= sa.bindparam("first"))


def test_question_made_once_is_asked_as_whoever_asks(session, people, actor):
    made = [
        organization(team=team, confidential=secret, counselor=people[counselor].id, readers=readers)
        for team in ("Inland", "Bay", None)
        for secret in ((False, True) if team else (False,))
        for counselor in ("anna", "boris")
        for readers in (((), (people["dora"],)) if secret else ((),))
    ]
    for one in [*(actor(name) for name in PEOPLE), SYSTEM, Actor(id=None), Actor(id=None, role=Role.manager)]:
        expected = {r.id for r in made if may_see(one, r)}
        assert {row.id for row in _seen(one, first=made[0].id)} == expected, one.name


def test_question_without_an_actor_is_refused(session):
    with pytest.raises(StatementError, match="actor_"):
        fetch(sa.select(Record.id).where(visible(Sight.of(Actor(id=1)))))


def test_what_waits_is_written_before_it_is_asked_for(session):
    made = organization()
    made.label = "Fresh"
    assert [row.label for row in fetch(sa.select(Record.label).where(Record.id == made.id))] == ["Fresh"]


def test_what_need_not_last_is_kept_all_the_same(real_app):
    with real_app.app_context():
        who = User(email="chief@center.example", name="Chief", created_at=clock.now())
        db.session.add(who)
        record_id = organization().id
        user_id = who.id
        db.session.commit()
        note_recent(user_id, record_id)
        note_recent(user_id, record_id)
        db.session.rollback()
        assert list(db.session.scalars(sa.select(Recent.record_id).where(Recent.user_id == user_id))) == [record_id]
        db.session.rollback()
        if db.engine.dialect.name == "sqlite":
            with own_transaction() as own:
                assert own.scalar(sa.text("PRAGMA synchronous")) == 2
