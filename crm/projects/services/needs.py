"""Add and change needs; they follow the access of their project or organization."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import Select, db, new_uid
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record, get_referenced
from crm.core.data.record_names import name_record
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENT_UPDATES, DEPENDENTS, QUICK_UNDO, UNDONE, QuickUndo
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.products.policy import HS6, read_quantity
from crm.projects.models import Need, Project
from crm.projects.policy import NeedState
from crm.projects.queries.structure import find_package_id
from crm.records.services import (
    copy_access,
    declare_links,
    may_name,
    update_access,
)

from .structure import set_need_package

declare_links("need", sa.select(Need.id, Need.project_id), sa.select(Need.id, Need.organization_id))


def save_need(actor: Actor, values: Mapping[str, Any], need: Need | None = None, uid: str | None = None) -> Need:
    """Add or change a need of a project, an organization or both.

    Those who may see its project, or else its organization, may see it; if one of both is confidential, only those who
    may see both. `package_id` is a tender package of the project. Raises Invalid, and NotFound for a project that the
    actor may not see.
    """
    values = {**read_quantity(values, "quantity")}
    package_id = values.pop("package_id", find_package_id(need.id) if need else None)
    row = need or Need(uid=uid or new_uid())
    if values.get("hs6") and not HS6.match(values["hs6"]):
        raise Invalid(_("Enter six digits, such as 902680."), "hs6")
    if (values.get("quantity_number") or 0) < 0:
        raise Invalid(_("Enter a number of 0 or more."), "quantity_number")
    host_id_before, linked_before = row.project_id or row.organization_id, {row.project_id, row.organization_id}
    for name, value in values.items():
        setattr(row, name, value)
    host = _host_of(actor, row, linked_before)
    name_record(row, row.title, row.native_title)
    db.session.add(row)
    db.session.flush()
    if _has_left_confidential(row, linked_before):
        # Its history, and perhaps its text, is still about that record.
        row.restricted = True
    elif host.id != host_id_before:
        _copy_access(row, host)
    update_access("need", [row.id])
    _name_need(row, host)
    set_need_package(row, package_id)
    return row


def _has_left_confidential(row: Need, linked_before: Collection[int | None]) -> bool:
    """Return whether a need belonged to a confidential record that it no longer belongs to."""
    former_ids = {*linked_before} - {row.project_id, row.organization_id, None}
    former = sa.exists().where(Record.id.in_(former_ids), Record.confidential)
    return bool(former_ids) and bool(db.session.scalar(sa.select(former)))


def _name_need(row: Need, host: Record) -> None:
    """Set the search names: those of its project or organization too, unless hidden from those who may see the need."""
    host_words = names.tokens(host.label, host.native_label) if may_name(row, host) else ""
    name_record(row, row.title, row.native_title, [host_words, names.tokens(row.hs6)])
    db.session.flush()


def _host_of(actor: Actor, row: Need, linked_before: Collection[int | None]) -> Record:
    if row.project_id is not None:
        return get_referenced(Project, actor, row.project_id, linked_before)
    if row.organization_id is None:
        raise Invalid(_("Choose a project, an organization or both."), "project_id")
    return get_referenced(Organization, actor, row.organization_id, linked_before)


def set_need_state(need: Need, state: NeedState) -> None:
    """Set the status of a need."""
    need.state = state
    db.session.flush()


def _copy_access(need: Need, host: Record) -> None:
    """Give a need the counselor and the readers of its project or organization."""
    need.counselor_id = host.counselor_id
    copy_access(need, host)
    # The readers were chosen for its project or organization; it opens with that.
    need.restricted = False
    update_access("need", [need.id])


def _update_dependents(host: Record) -> None:
    """Give the needs of a project or organization its team, counselor and readers."""
    if isinstance(host, Need):
        _name_need(host, db.session.get_one(Record, host.project_id or host.organization_id))
    if host.kind in NEEDS:
        for need in db.session.scalars(sa.select(Need).where(NEEDS[host.kind]([host.id]))).all():
            if host.confidential or not need.restricted:
                _copy_access(need, host)
    if host.kind == "organization" and not host.confidential:
        # Needs that also belong to a project get its access again, unless another record restricts them.
        both = sa.select(Need).where(Need.organization_id == host.id, Need.project_id.is_not(None), Need.confidential)
        for need in db.session.scalars(both.where(sa.not_(Need.restricted))).all():
            _copy_access(need, db.session.get_one(Record, need.project_id))


NEEDS: dict[str, Callable[[Collection[int]], sa.ColumnElement[bool]]] = {
    "project": Need.project_id.in_,
    "organization": lambda hosts: sa.and_(Need.project_id.is_(None), Need.organization_id.in_(hosts)),
}
"""The condition for the needs of records, by kind of record."""
DEPENDENT_UPDATES.append(_update_dependents)


def _select_needs(kind: str, hosts: Collection[int]) -> Select:
    host_id = Need.project_id if kind == "project" else Need.organization_id
    return sa.select(Need.id, host_id.label("host_id")).where(NEEDS[kind](hosts))


DEPENDENTS.extend((kind, partial(_select_needs, kind)) for kind in NEEDS)


def _update_after_undo(_actor: Actor, undone: Mapping[Need, Sequence[NetChange]]) -> None:
    """Update the search names."""
    for row in undone:
        host_id = row.project_id or row.organization_id
        if host_id is not None:
            _name_need(row, db.session.get_one(Record, host_id))


UNDONE["need"] = _update_after_undo
QUICK_UNDO["need"] = QuickUndo()
