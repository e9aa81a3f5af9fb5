"""The changes that a user made lately and may undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ACTION, UNDO, Batch, Change
from crm.core.data.identity import Membership, User
from crm.core.data.receipts import Receipt
from crm.core.data.record import Record, visible
from crm.core.hooks import BATCH_UNDO, UNDO_PAGES
from crm.core.policy import Actor

from .policy import KEY_MINUTES, UNDO_MINUTES

MAX_ACTIONS = 50
MAX_NAMED = 5
"""An action that changed more records than this, such as all selected ones, isn't named after one of them."""
RIGHTS = frozenset({"role", "has_compliance", "is_china_desk"})
"""The columns of a user that give or limit rights."""


class RecentAction(NamedTuple):
    """A change: the message that the user saw, and the newest of its records with its name, if it has one.

    An action on many records has no record. One that a job made is undone on the page `undo_page`.
    """

    id: int
    at: datetime
    message: str
    is_undone: bool
    record_id: int | None
    name: str
    undo_page: str = ""

    @property
    def title(self) -> str:
        """Return the message, with the name of the record in front if the message doesn't have it."""
        return self.message if not self.name or self.name in self.message else f"{self.name}: {self.message}"


def list_recent_actions(actor: Actor) -> list[RecentAction]:
    """Return the actor's changes of the last hour, newest first, also those by a job.

    Except those of records now hidden from the actor.
    """
    newest, number = sa.func.max(Change.root_id), sa.func.count(sa.distinct(Change.root_id))
    root = sa.case((number <= MAX_NAMED, newest))
    # The title of a change by a job names no record, and it may have very many.
    by_job = Batch.kind.in_(UNDO_PAGES)
    record_id = sa.case((sa.not_(by_job), sa.select(root).where(Change.batch_id == Batch.id).scalar_subquery()))
    # The newest record is visible: actions with a hidden one are left out.
    name = sa.func.coalesce(sa.func.nullif(Record.label, ""), Record.native_label, "")
    columns: list[Any] = [Batch.id, Batch.at, Batch.title, Batch.undone_at.is_not(None), record_id, name, Batch.kind]
    stmt = sa.select(*columns).outerjoin(Record, Record.id == record_id)
    is_action = sa.and_(Batch.kind.in_((ACTION, UNDO, *BATCH_UNDO)), _is_listed(actor))
    stmt = stmt.where(_is_recent(actor, UNDO_MINUTES), sa.or_(is_action, sa.and_(by_job, Batch.title != "")))
    rows = db.session.execute(stmt.order_by(Batch.id.desc()).limit(MAX_ACTIONS))
    return [RecentAction(*row[:-1])._replace(undo_page=_undo_page_of(row.kind, row.id)) for row in rows]


def find_last_action(actor: Actor) -> int | None:
    """Return the id of the actor's last change that isn't undone, also one that a job made.

    None if it is too old for a single key.
    """
    is_action = sa.and_(Batch.kind.in_((ACTION, *BATCH_UNDO)), _is_listed(actor))
    kinds = sa.or_(is_action, Batch.kind.in_(UNDO_PAGES))
    stmt = sa.select(Batch.id).where(_is_recent(actor, KEY_MINUTES), kinds, Batch.undone_at.is_(None))
    return db.session.scalar(stmt.order_by(Batch.id.desc()).limit(1))


def find_undo_page(batch_id: int) -> str:
    """Return the URL of the page where a change that a job made is undone; "" for another one."""
    return _undo_page_of(db.session.get_one(Batch, batch_id).kind, batch_id)


def _undo_page_of(kind: str, batch_id: int) -> str:
    return UNDO_PAGES[kind](batch_id) if kind in UNDO_PAGES else ""


def have_rights_changed(actor: Actor, batch_id: int) -> bool:
    """Return whether the actor's role, permissions or teams were changed after an action."""
    last = sa.select(sa.func.max(Change.id)).where(Change.batch_id == batch_id).scalar_subquery()
    return _have_rights_changed(actor, Change.id > last)


def have_rights_changed_since(actor: Actor, moment: datetime) -> bool:
    """Return whether the actor's role, permissions or teams were changed since a moment."""
    return _have_rights_changed(actor, Change.at > moment)


def _have_rights_changed(actor: Actor, is_later: sa.ColumnElement[bool]) -> bool:
    is_user = sa.and_(Change.table == User.__tablename__, Change.row_id == str(actor.id))
    is_team = sa.and_(Change.table == Membership.__tablename__, Change.row_id.startswith(f"{actor.id}/"))
    stmt = sa.select(Change.table, Change.action, Change.diff).where(sa.or_(is_user, is_team), is_later)
    return any(
        row.action != "changed" if row.table == Membership.__tablename__ else not RIGHTS.isdisjoint(row.diff)
        for row in db.session.execute(stmt)
    )


def find_saved(actor: Actor, uid: str | None) -> tuple[Record | None, str]:
    """Return the record that a form of the actor created, by the form's identifier, and where the form led."""
    stmt = sa.select(Record).join(Receipt, Receipt.uid == Record.uid).where(visible(actor))
    is_own = sa.and_(Receipt.uid == uid, Receipt.user_id == actor.id)
    url = db.session.scalar(sa.select(Receipt.url).where(is_own))
    return db.session.scalars(stmt.where(is_own)).one_or_none(), url or ""


def _is_recent(actor: Actor, minutes: int) -> sa.ColumnElement[bool]:
    return sa.and_(Batch.actor_id == actor.id, Batch.at >= clock.now() - timedelta(minutes=minutes))


def _is_listed(actor: Actor) -> sa.ColumnElement[bool]:
    is_hidden = (
        sa.exists()
        .where(Change.batch_id == Batch.id, Record.id == Change.root_id, sa.not_(visible(actor)))
        .correlate(Batch)
    )
    return sa.and_(Batch.title != "", sa.not_(is_hidden))
