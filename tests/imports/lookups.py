"""Helpers shared by the tests of this directory."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch
from crm.imports.models import ImportRun
from crm.imports.policy import RunState
from crm.records.models import ContactPoint
from tests.factories import team_id_of


def points() -> list[tuple[str, str, str]]:
    stmt = sa.select(ContactPoint.medium, ContactPoint.label, ContactPoint.raw).order_by(ContactPoint.id)
    return [(medium.value, label.value, raw) for medium, label, raw in db.session.execute(stmt)]


def run_of(user: Any = None, team: str | None = None, state: RunState = RunState.preview, **values: Any) -> ImportRun:
    """Add an import without a file; without a user it is one of the shell."""
    values = {"file_name": "list.csv", "at": now(), "options": {}, **values}
    user_id, team_id = user.id if user else None, team_id_of(team) if team else None
    run = ImportRun(
        user_id=user_id, team_id=team_id, kind="people", stored_as="x", sha256="x", state=state.value, **values
    )
    db.session.add(run)
    db.session.flush()
    return run


def batch_of(user: Any, kind: str = "import", **values: Any) -> Batch:
    """Add a batch without changes."""
    batch = Batch(uid=new_uid(), kind=kind, title="list.csv", at=now(), actor_id=user.id, **values)
    db.session.add(batch)
    db.session.flush()
    return batch


def list_buttons(flow) -> list[tuple[str, str]]:
    """Return the value and text of each button that imports."""
    return re.findall(r'name="do"\s+value="(import[^"]*)"\s*>\s*([^<]+?)\s*</button>', flow.text)
