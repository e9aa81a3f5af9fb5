"""Compute matches again in the transaction that changes a need, a product, or a fact of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.changed_rows import ChangedRows, created_in
from crm.core.data.chunks import chunked
from crm.core.hooks import ROWS_CHANGED
from crm.matching.models import ProductMatch
from crm.organizations.models import Client, Organization, OrganizationSector, Prime
from crm.people.models import Representation
from crm.products.models import Product
from crm.projects.models import Need, Project, ProjectParty, ProjectSector
from crm.reference.models import Sector

from .refresh import leave_to_job, refresh_records

MAX_AT_ONCE = 20
"""Records whose matches are computed at once; with more of them a job does it."""
MAX_PAIRS = 200
"""Pairs that are compared at once: the closest ones; a job compares the others."""
Condition = Callable[[Collection[int]], sa.ColumnElement[bool]]


def _of_buyers(ids: Collection[int]) -> sa.ColumnElement[bool]:
    of_parties = sa.select(ProjectParty.project_id).where(ProjectParty.organization_id.in_(ids))
    return sa.or_(Need.organization_id.in_(ids), Need.project_id.in_(of_parties))


def _of_reps(ids: Collection[int]) -> sa.ColumnElement[bool]:
    return Product.client_id.in_(sa.select(Representation.client_id).where(Representation.id.in_(ids)))


NEEDS_OF: dict[type[Any], Condition] = {
    Need: Need.id.in_,
    Project: Need.project_id.in_,
    ProjectSector: Need.project_id.in_,
    ProjectParty: Need.project_id.in_,
    Prime: _of_buyers,
    Organization: _of_buyers,
}
"""The condition of the needs that take facts from rows of a table, given the ids of the records of these rows."""
PRODUCTS_OF: dict[type[Any], Condition] = {
    Product: Product.id.in_,
    OrganizationSector: Product.client_id.in_,
    Client: Product.client_id.in_,
    Representation: _of_reps,
}
"""The same of products."""


def refresh_changed(_session: Session, changed: ChangedRows, _new: ChangedRows) -> None:
    """Compute the matches of what changed in this transaction, or leave them to a job if it is much."""
    if Sector.__tablename__ in changed and not created_in(changed, Sector.__tablename__):
        leave_to_job(_list_needs_with_sectors())
    need_ids, product_ids = _list_ids(Need, NEEDS_OF, changed), _list_ids(Product, PRODUCTS_OF, changed)
    if not need_ids and not product_ids:
        return
    if len(need_ids) + len(product_ids) <= MAX_AT_ONCE:
        refresh_records(need_ids, product_ids, most=MAX_PAIRS // (len(need_ids) + len(product_ids)))
        return
    leave_to_job([*need_ids, *product_ids])


def _list_ids(cls: type[Any], conditions: dict[type[Any], Condition], changed: ChangedRows) -> list[int]:
    """Return the needs or products that take facts from what changed: one statement, unless much did."""
    ids: set[int] = set()
    changed_ids = {table: sorted(filter(None, changed.get(table.__tablename__, ()))) for table in conditions}
    for slices in zip_longest(*(chunked(changed_ids[table]) for table in conditions), fillvalue=[]):
        is_affected = (is_of(part) for is_of, part in zip(conditions.values(), slices, strict=True) if part)
        ids.update(db.session.scalars(sa.select(cls.id).where(sa.or_(*is_affected))))
    return sorted(ids)


def _list_needs_with_sectors() -> list[int]:
    """Return the needs whose matches can name a sector: that of the need, or another one of the product."""
    has_sector = Need.project_id.in_(sa.select(ProjectSector.project_id))
    has_match = sa.exists().where(ProductMatch.need_id == Need.id)
    return list(db.session.scalars(sa.select(Need.id).where(has_sector, has_match)))


ROWS_CHANGED.append(refresh_changed)
