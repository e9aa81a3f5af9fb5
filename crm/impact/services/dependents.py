"""Hooks: keep the search names of milestones up to date after a rename, a change of access or an undo."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record
from crm.core.hooks import FOLLOWERS, UNDONE
from crm.core.policy import Actor
from crm.impact.models import Milestone

from .milestones import refresh_milestone_name


def _follow(host: Record) -> None:
    if isinstance(host, Milestone):
        refresh_milestone_name(host)
    if host.kind == "organization":
        for row in db.session.scalars(sa.select(Milestone).where(Milestone.client_id == host.id)):
            refresh_milestone_name(row)


FOLLOWERS.append(_follow)


def _update_after_undo(_actor: Actor, row: Milestone, _changes: Sequence[NetChange]) -> None:
    """Update the search names."""
    refresh_milestone_name(row)


UNDONE["milestone"] = _update_after_undo
