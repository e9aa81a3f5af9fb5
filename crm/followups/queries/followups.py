"""Follow-ups of records and users; each query starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db, fetch
from crm.core.data.page_positions import PagePosition, is_older
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import get_visible, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.followups.enums import FollowUpState
from crm.followups.models import Cadence, FollowUp, FollowUpAbout

from .rows import FollowUpRow, select_active, select_all, with_about

MANY = 200
LIMIT: Any = sa.bindparam("limit", type_=sa.Integer)


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Return the statement of the follow-ups that the actor may see."""
    return sa.select(FollowUp).where(visible(actor, FollowUp))


def get_follow_up(actor: Actor, follow_up_id: int, right: str | None = None) -> FollowUp:
    """Return a follow-up. Raises NotFound, Forbidden."""
    return get_visible(FollowUp, actor, follow_up_id, right)


def load_follow_up_rows(actor: Actor, ids: Sequence[int]) -> list[FollowUpRow]:
    """Return these follow-ups, archived or not, in this order, without those that the actor may not see."""
    if not ids:
        return []
    by_id = {row.id: row for row in with_about(actor, _build_by_ids(actor, ids=list(ids)))}
    return [by_id[i] for i in ids if i in by_id]


@cached_query
def _build_by_ids(viewer: AccessProfile) -> Select:
    return select_all(viewer).where(FollowUp.id.in_(sa.bindparam("ids", expanding=True)))


FOLLOWED_UP = declare_pointers(FollowUpAbout.record_id)


def of_record(actor: Actor, ids: Collection[int], *, limit: int = MANY) -> list[FollowUpRow]:
    """Return the open follow-ups about any of these records, the next one first."""
    return with_about(actor, _open_of(actor, ids=list(ids), limit=limit))


@cached_query
def _open_of(viewer: AccessProfile) -> Select:
    stmt = select_open_about(viewer, sa.bindparam("ids", expanding=True))
    return stmt.order_by(FollowUp.due_on, FollowUp.id).limit(LIMIT)


def select_open_about(viewer: AccessProfile, ids: Any) -> sa.Select[Any]:
    """Return the statement of the open follow-ups about any of these records."""
    return select_active(viewer).where(_about_any(ids), FollowUp.state == FollowUpState.open)


def load_timeline_follow_ups(
    actor: Actor,
    record_id: int,
    *,
    before: PagePosition | None = None,
    text: str = "",
    limit: int = 0,
    upcoming: int = 0,
) -> tuple[list[FollowUpRow], list[FollowUpRow]]:
    """Return for the timeline of a record the `limit` latest closed ones and the next `upcoming` open ones.

    `before` is (closed at, id); `text` must be in the title.
    """
    if not may_have_rows(record_id, FOLLOWED_UP):
        return [], []
    closed_rows, coming = run_together(
        lambda: _load_closed(actor, record_id, before, text, limit) if limit else (),
        lambda: _open_of(actor, ids=[record_id], limit=upcoming) if upcoming else (),
    )
    rows = with_about(actor, [*closed_rows, *coming])
    return rows[: len(closed_rows)], rows[len(closed_rows) :]


def _load_closed(actor: Actor, record_id: int, before: PagePosition | None, text: str, limit: int) -> Sequence[Any]:
    if before is None and not text:
        return _closed_of(actor, ids=[record_id], limit=limit)
    stmt = _select_closed(actor, [record_id])
    if before is not None:
        stmt = stmt.where(is_older(FollowUp.closed_at, FollowUp.id, before))
    if text:
        stmt = stmt.where(FollowUp.title.icontains(text, autoescape=True))
    return fetch(stmt.limit(limit))


@cached_query
def _closed_of(viewer: AccessProfile) -> Select:
    return _select_closed(viewer, sa.bindparam("ids", expanding=True)).limit(LIMIT)


def _select_closed(viewer: Actor | AccessProfile, ids: Any) -> sa.Select[Any]:
    stmt = select_active(viewer).where(_about_any(ids), FollowUp.closed_at.is_not(None))
    return stmt.order_by(FollowUp.closed_at.desc(), FollowUp.id.desc())


def from_source(actor: Actor, source_id: int) -> list[FollowUpRow]:
    """Return the follow-ups that were created with an interaction, in any state."""
    return with_about(actor, _build_of_source(actor, source=source_id))


@cached_query
def _build_of_source(viewer: AccessProfile) -> Select:
    return select_active(viewer).where(FollowUp.source_id == sa.bindparam("source")).order_by(FollowUp.id)


def _about_any(ids: Any) -> sa.ColumnElement[bool]:
    inner = sa.select(FollowUpAbout.followup_id).where(FollowUpAbout.record_id.in_(ids))
    return FollowUp.id.in_(inner)


def find_cadence(record_id: int) -> Cadence | None:
    """Return how often to keep in touch with a record; None if it is not set."""
    return db.session.get(Cadence, record_id)
