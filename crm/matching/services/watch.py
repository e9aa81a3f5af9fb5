"""Compute matches again in the transaction that changes a need, a product, or a fact of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.data.base import db
from crm.organizations.models import Client, Organization, OrganizationSector, Prime
from crm.people.models import Representation
from crm.products.models import Product
from crm.projects.models import Need, Project, ProjectParty, ProjectSector

from .refresh import leave_to_job, refresh_records

CHANGED = "matching_changed"
MAX_AT_ONCE = 20
"""Records whose matches are computed at once; with more of them a job does it."""
MAX_PAIRS = 200
"""Pairs that are compared at once: the closest ones; a job compares the others."""

WATCHED: dict[type[Any], tuple[str, str]] = {
    Need: ("need", "id"),
    Product: ("product", "id"),
    Project: ("project", "id"),
    ProjectSector: ("project", "project_id"),
    ProjectParty: ("project", "project_id"),
    Prime: ("buyer", "organization_id"),
    Organization: ("buyer", "id"),
    OrganizationSector: ("client", "organization_id"),
    Client: ("client", "organization_id"),
    Representation: ("client", "client_id"),
}
"""What needs and products take facts from: the kind of source, and the column with its id."""

needs_of: dict[str, Callable[[Collection[int]], sa.ColumnElement[bool]]] = {
    "need": Need.id.in_,
    "project": Need.project_id.in_,
    "buyer": lambda ids: sa.or_(
        Need.organization_id.in_(ids),
        Need.project_id.in_(sa.select(ProjectParty.project_id).where(ProjectParty.organization_id.in_(ids))),
    ),
}
products_of: dict[str, Callable[[Collection[int]], sa.ColumnElement[bool]]] = {
    "product": Product.id.in_,
    "client": Product.client_id.in_,
}


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: UOWTransaction) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if (watched := WATCHED.get(type(row))) and (row not in session.dirty or session.is_modified(row)):
            kind, column = watched
            session.info.setdefault(CHANGED, set()).add((kind, getattr(row, column)))


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    refresh_changed(session)


@event.listens_for(Session, "after_rollback")
def _forget_changes(session: Session) -> None:
    session.info.pop(CHANGED, None)


def refresh_changed(session: Session) -> None:
    """Compute the matches of what changed in this transaction, or leave them to a job if it is much."""
    changed: set[tuple[str, int]] = session.info.pop(CHANGED, set())
    if not changed:
        return
    need_ids, product_ids = (_list_ids(cls, of, changed) for cls, of in ((Need, needs_of), (Product, products_of)))
    if len(need_ids) + len(product_ids) <= MAX_AT_ONCE:
        refresh_records(need_ids, product_ids, most=MAX_PAIRS // max(1, len(need_ids) + len(product_ids)))
        return
    leave_to_job([*need_ids, *product_ids])


def _list_ids(cls: type[Any], conditions: dict[str, Any], changed: set[tuple[str, int]]) -> list[int]:
    """Return the needs or products that take facts from what changed."""
    by_kind = {kind: sorted({i for k, i in changed if k == kind}) for kind in conditions}
    where = [conditions[kind](ids) for kind, ids in by_kind.items() if ids]
    return list(db.session.scalars(sa.select(cls.id).where(sa.or_(*where)))) if where else []
