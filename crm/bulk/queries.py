"""Which records are selected in a list, and the state of a change of many records."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, visible
from crm.core.errors import Invalid, NotFound
from crm.core.lists import Col, Listing, ListState
from crm.core.lists.query import select_ids
from crm.core.policy import Actor
from crm.core.words import _
from crm.features import load_listings

from .models import BulkRun
from .policy import BUSY, MAX_ROWS, BulkOperation


class RefusedRecord(NamedTuple):
    """A record that was not changed, and why; without a name if the reader may no longer see it."""

    id: int
    label: str
    reason: str


@cache
def _listings() -> dict[str, Listing]:
    return {listing.name: listing for listing in load_listings() if listing.kind}


def find_listing(name: str) -> Listing:
    """Return the list of records with this name. Raises NotFound."""
    listing = _listings().get(name)
    if listing is None:
        raise NotFound
    return listing


def has_listing(name: str) -> bool:
    """Return whether a list has records that can be selected."""
    return name in _listings()


def list_fields(listing: Listing, actor: Actor) -> list[Col]:
    """Return the columns that can be set for many rows."""
    editing = listing.editing
    return [col for col in listing.cols_for(actor) if editing is not None and editing.is_for_many(col)]


def list_editable_fields(listing: Listing, actor: Actor) -> set[str]:
    """Return the form fields that can be edited in place in rows that the actor may edit."""
    editing = listing.editing
    if editing is None:
        return set()
    return {col.field for col in listing.cols_for(actor) if editing.is_editable(col)}.union(editing.facts)


def list_selected(actor: Actor, state: ListState, *, is_all: bool) -> list[int]:
    """Return the ids of the selected records, as far as the actor may see them. Raises Invalid for too many."""
    ids = select_ids(state.listing, actor, state, MAX_ROWS + 1) if state.ids or is_all else []
    if len(ids) > MAX_ROWS:
        raise Invalid(_("Filter the list first. You can change up to %(n)s records at once.", n=f"{MAX_ROWS:,}"))
    return ids


def load_run(actor: Actor, run_id: int) -> BulkRun:
    """Return one of the actor's own changes. Raises NotFound."""
    row = db.session.scalars(sa.select(BulkRun).where(BulkRun.id == run_id, BulkRun.user_id == actor.id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_new_counselor(run: BulkRun) -> str:
    """Return the name of the user whom a change of counselors named; "" for other changes."""
    if run.operation is not BulkOperation.assign:
        return ""
    return db.session.scalar(sa.select(User.name).where(User.id == run.params["counselor_id"])) or ""


def load_refused(actor: Actor, run: BulkRun) -> list[RefusedRecord]:
    """Return the refused records that a result lists."""
    ids = [record_id for record_id, _reason in run.refused]
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(ids), visible(actor))
    labels = {record_id: label or native for record_id, label, native in db.session.execute(stmt)}
    return [RefusedRecord(i, labels.get(i, ""), reason) for i, reason in run.refused]


def find_run_id(batch_id: int) -> int:
    """Return the id of the change that made a batch."""
    return db.session.scalars(sa.select(BulkRun.id).where(BulkRun.batch_id == batch_id)).one()


def list_open_runs(now: Any) -> list[int]:
    """Return the changes that no worker has, oldest first."""
    is_free = sa.or_(BulkRun.lease_until.is_(None), BulkRun.lease_until < now)
    return list(db.session.scalars(sa.select(BulkRun.id).where(BulkRun.state.in_(BUSY), is_free).order_by(BulkRun.id)))


def load_run_actor(run: BulkRun) -> Actor:
    """Return the actor who started a change, with the rights that this user has now."""
    return load_actor(db.session.get_one(User, run.user_id))
