"""Child rows synchronized with a form, and upserts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.rows import sync_rows, upsert
from crm.core.mail.outbox.models import Heartbeat
from crm.core.ops.health import SCHEDULER
from crm.organizations.models import Alias, Organization
from crm.organizations.policy import AliasKind
from tests.factories.organizations import organization


@pytest.fixture
def parent(people) -> Organization:
    return organization("Huayue")


def aliases(parent: Organization) -> dict[str, AliasKind]:
    rows = db.session.execute(sa.select(Alias.name, Alias.kind).where(Alias.organization_id == parent.id))
    return {row.name: row.kind for row in rows}


def test_sync_rows_adds_changes_and_removes(parent):
    first, second = list(AliasKind)[:2]
    sync_rows(parent, Alias.organization_id, [{"name": "A", "kind": first}, {"name": "B", "kind": first}], key=["name"])
    ids = {row.name: row.id for row in db.session.scalars(sa.select(Alias))}
    rows = sync_rows(
        parent, Alias.organization_id, [{"name": "C", "kind": first}, {"name": "B", "kind": second}], key=["name"]
    )
    assert [row.name for row in rows] == ["C", "B"]
    assert aliases(parent) == {"B": second, "C": first}
    assert rows[1].id == ids["B"]


def test_sync_rows_leaves_rows_outside_its_scope(parent):
    kind = next(iter(AliasKind))
    other = organization("Delta")
    sync_rows(other, Alias.organization_id, [{"name": "A", "kind": kind}], key=["name"])
    sync_rows(parent, Alias.organization_id, [{"name": n, "kind": kind} for n in ("A", "B")], key=["name"])
    sync_rows(parent, Alias.organization_id, [], key=["name"], only=Alias.name == "A")
    assert (set(aliases(parent)), set(aliases(other))) == ({"B"}, {"A"})


def test_sync_rows_uses_a_repeated_key_once(parent):
    first, second = list(AliasKind)[:2]
    sync_rows(parent, Alias.organization_id, [{"name": "A", "kind": k} for k in (first, second)], key=["name"])
    assert aliases(parent) == {"A": second}


def test_upsert_inserts_then_updates_or_leaves_the_row(session):
    values = {"name": SCHEDULER, "at": now(), "worker": "one"}
    key = [Heartbeat.name]
    db.session.execute(upsert(db.session, Heartbeat, values, key=key))
    db.session.execute(upsert(db.session, Heartbeat, values | {"worker": "two"}, key=key))
    assert db.session.scalars(sa.select(Heartbeat.worker)).all() == ["one"]
    db.session.execute(upsert(db.session, Heartbeat, values, key=key, update={"worker": "three"}))
    assert db.session.scalars(sa.select(Heartbeat.worker)).all() == ["three"]
    never = Heartbeat.worker == "nobody"
    db.session.execute(upsert(db.session, Heartbeat, values, key=key, update={"worker": "four"}, where=never))
    assert db.session.scalars(sa.select(Heartbeat.worker)).all() == ["three"]
