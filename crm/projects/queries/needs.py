"""Needs of projects and organizations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import get_visible, visible
from crm.core.policy import Actor
from crm.products.quantities import format_quantity
from crm.projects.models import Need, PackageNeed, TenderPackage
from crm.projects.policy import NeedKind, NeedState


class NeedRow(NamedTuple):
    """A need as lists and panels show it."""

    id: int
    title: str
    native_title: str | None
    kind: NeedKind
    quantity_number: Decimal | None
    quantity_unit: str | None
    quantity_details: str | None
    certificates: str | None
    hs6: str | None
    needed_by: date | None
    state: NeedState
    project_id: int | None
    organization_id: int | None
    package: str | None

    @property
    def quantity(self) -> str:
        """The quantity as a text in the reader's format."""
        return format_quantity(self.quantity_number, self.quantity_unit, self.quantity_details)


def get_need(actor: Actor, need_id: int, right: str | None = None) -> Need:
    """Return a need, even if the actor may not see its project. Raises NotFound, Forbidden."""
    return get_visible(Need, actor, need_id, right)


def visible_needs(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Need).where(visible(viewer, Need))


NEEDED = declare_pointers(Need.__table__.c.project_id, Need.__table__.c.organization_id)


def list_needs(actor: Actor, *, project_id: int | None = None, organization_id: int | None = None) -> list[NeedRow]:
    """List the needs of a project or of an organization, open ones first."""
    if not may_have_rows(project_id or organization_id or 0, NEEDED):
        return []
    order = list(NeedState)
    query = _needs_of_project if project_id is not None else _needs_of_organization
    rows = [NeedRow._make(row) for row in query(actor, of=organization_id if project_id is None else project_id)]
    return sorted(rows, key=lambda n: order.index(n.state))


@cached_query
def _needs_of_project(viewer: AccessProfile) -> Select:
    return _needs(viewer).where(Need.project_id == sa.bindparam("of"))


@cached_query
def _needs_of_organization(viewer: AccessProfile) -> Select:
    return _needs(viewer).where(Need.organization_id == sa.bindparam("of"))


def _needs(viewer: AccessProfile) -> Select:
    return (
        sa.select(
            Need.id,
            Need.title,
            Need.native_title,
            Need.type,
            Need.quantity_number,
            Need.quantity_unit,
            Need.quantity,
            Need.certificates,
            Need.hs6,
            Need.needed_by,
            Need.state,
            Need.project_id,
            Need.organization_id,
            TenderPackage.name,
        )
        .outerjoin(PackageNeed, PackageNeed.need_id == Need.id)
        .outerjoin(TenderPackage, TenderPackage.id == PackageNeed.package_id)
        .where(visible(viewer, Need), Need.archived_at.is_(None))
        .order_by(Need.needed_by.is_(None), Need.needed_by, Need.id)
    )
