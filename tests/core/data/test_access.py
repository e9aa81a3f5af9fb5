"""Cached queries run with the rights of the person who asks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query, today_of
from crm.core.data.base import Select, db, fetch
from crm.core.data.identity import User
from crm.core.data.own_transaction import own_transaction
from crm.core.data.record import Record, visible
from crm.core.policy import SYSTEM, Actor, Role, may_see
from crm.records.models import Recent
from crm.records.services import note_recent
from tests.factories import organization

PEOPLE = ("anna", "boris", "clara", "shen", "dora", "nora", "admin")


@cached_query
def _visible_count(viewer: AccessProfile) -> Select:
    return sa.select(Record.id).where(visible(viewer), Record.id >= sa.bindparam("first"))


def test_cached_query_runs_with_the_rights_of_the_current_actor(session, people, actor):
    results = [
        organization(team=team, confidential=secret, counselor=people[counselor].id, readers=readers)
        for team in ("Inland", "Bay", None)
        for secret in ((False, True) if team else (False,))
        for counselor in ("anna", "boris")
        for readers in (((), (people["dora"],)) if secret else ((),))
    ]
    for one in [*(actor(name) for name in PEOPLE), SYSTEM, Actor(id=None), Actor(id=None, role=Role.manager)]:
        expected = {r.id for r in results if may_see(one, r)}
        assert {row.id for row in _visible_count(one, first=results[0].id)} == expected, one.name


@cached_query
def _today(viewer: AccessProfile) -> Select:
    return sa.select(sa.type_coerce(viewer.today, sa.Date).label("day"))


@pytest.mark.parametrize(
    ("now", "los_angeles", "shanghai"),
    [
        (datetime(2026, 3, 11, 2, 0, tzinfo=UTC), date(2026, 3, 10), date(2026, 3, 11)),
        (datetime(2026, 3, 10, 17, 0, tzinfo=UTC), date(2026, 3, 10), date(2026, 3, 11)),
        (datetime(2026, 3, 10, 8, 0, tzinfo=UTC), date(2026, 3, 10), date(2026, 3, 10)),
    ],
)
def test_cached_query_uses_the_calendar_day_of_the_actor(session, actor, now, los_angeles, shanghai):
    with clock.frozen(now):
        for name, day in (("anna", los_angeles), ("shen", shanghai)):
            assert today_of(actor(name)) == day
            assert [row.day for row in _today(actor(name))] == [day]


def test_cached_query_without_an_actor_is_refused(session):
    with pytest.raises(StatementError, match="actor_"):
        fetch(sa.select(Record.id).where(visible(AccessProfile.of(Actor(id=1)))))


def test_pending_changes_are_flushed_before_a_query(session):
    row = organization()
    row.label = "Fresh"
    assert [row.label for row in fetch(sa.select(Record.label).where(Record.id == row.id))] == ["Fresh"]


def test_independent_write_survives_a_rollback(real_app):
    with real_app.app_context():
        user = User(email="chief@center.example", name="Chief", created_at=clock.now())
        db.session.add(user)
        record_id = organization().id
        user_id = user.id
        db.session.commit()
        note_recent(user_id, record_id)
        note_recent(user_id, record_id)
        db.session.rollback()
        assert list(db.session.scalars(sa.select(Recent.record_id).where(Recent.user_id == user_id))) == [record_id]
        db.session.rollback()
        if db.engine.dialect.name == "sqlite":
            with own_transaction() as own:
                assert own.scalar(sa.text("PRAGMA synchronous")) == 2
