"""Sums of opportunities by a record or value that belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, fetch
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.part_conditions import country_of, select_discussed
from crm.organizations.models import Client, OrganizationSector, Post
from crm.projects.models import Project
from crm.reference.models import Sector
from crm.shows.models import Show

from .scope import Scope, ScopeParts, is_counted

OPPORTUNITY = c.OPPORTUNITY
Join = Callable[[AccessProfile], tuple[Any, Any]]
"""Returns the key, and the rows that are joined to opportunities by (id, key); None for the rows if none are."""


def _county(_viewer: AccessProfile) -> tuple[Any, Any]:
    rows = sa.select(Client.organization_id, Client.county).subquery("part_county")
    return sa.func.coalesce(rows.c.county, ""), (rows, rows.c.organization_id == OPPORTUNITY.c.client_id)


def _sector(_viewer: AccessProfile) -> tuple[Any, Any]:
    link = OrganizationSector
    rows = (
        sa.select(link.organization_id, link.sector_id).join(Sector, Sector.id == link.sector_id).where(Sector.active)
    )
    links = rows.subquery("part_sector")
    return links.c.sector_id, (links, links.c.organization_id == OPPORTUNITY.c.client_id)


def _record(viewer: AccessProfile, column: Any) -> tuple[Any, Any]:
    record = alias(Record, f"part_{column.name}")
    rows = sa.select(record.id).where(visible(viewer, record), sa.not_(record.confidential)).subquery("part_record")
    return rows.c.id, (rows, rows.c.id == column)


def _post(viewer: AccessProfile) -> tuple[Any, Any]:
    project, post = alias(Project, "part_post_project"), alias(Record, "part_post")
    rows = (
        sa.select(project.id.label("project_id"), post.id)
        .join(post, post.id == project.source_id)
        .join(Post, Post.organization_id == post.id)
        .where(visible(viewer, project), visible(viewer, post), sa.not_(post.confidential))
        .subquery("part_post_rows")
    )
    return rows.c.id, (rows, rows.c.project_id == OPPORTUNITY.c.project_id)


def _show(viewer: AccessProfile) -> tuple[Any, Any]:
    show = alias(Show, "part_show")
    pairs = select_discussed(viewer).subquery("part_pairs")
    # Distinct after the join: the database then begins with the few shows instead of all interactions.
    rows = (
        sa.select(pairs.c.opportunity_id, show.id)
        .distinct()
        .join(show, show.id == pairs.c.record_id)
        .where(visible(viewer, show), sa.not_(show.confidential))
        .subquery("part_show_rows")
    )
    return rows.c.id, (rows, rows.c.opportunity_id == OPPORTUNITY.c.id)


JOINS: dict[str, Join] = {
    "county": _county,
    "sector": _sector,
    "country": lambda viewer: (country_of(viewer), None),
    "prime": lambda viewer: _record(viewer, OPPORTUNITY.c.buyer_id),
    "rep": lambda viewer: _record(viewer, OPPORTUNITY.c.representation_id),
    "post": _post,
    "show": _show,
    # The visibility key of what reports count is the team, or 0 for shared records.
    "team": lambda _viewer: (OPPORTUNITY.c.visibility_key, None),
}
"""By the code of a grouping, what opportunities are grouped by."""


def sum_open_by(scope: Scope, code: str) -> list[MoneyRow]:
    """Sum the open opportunities by a grouping of JOINS; the key is None where there is no visible one."""
    return [MoneyRow(*row) for row in scope.fetch(_open_by, code)]


@cached_query
def _open_by(viewer: AccessProfile, parts: ScopeParts, code: str) -> Select:
    return _group(viewer, parts, code, OPPORTUNITY.c.stage.in_(c.OPEN))


def sum_parts(scope: Scope, code: str) -> list[MoneyRow]:
    """Sum all opportunities by (the record that had a part in them, is signed)."""
    rows = scope.fetch(_parts, code)
    return [MoneyRow((row[0], bool(row[1])), *row[2:]) for row in rows if row[0] is not None]


@cached_query
def _parts(viewer: AccessProfile, parts: ScopeParts, code: str) -> Select:
    is_signed = sa.case((OPPORTUNITY.c.stage.in_(c.SIGNED), 1), else_=0)
    return _group(viewer, parts, code, sa.true(), is_signed)


def _group(viewer: AccessProfile, parts: ScopeParts, code: str, condition: Any, *more: Any) -> Select:
    key, joined = JOINS[code](viewer)
    rows = sa.select(
        key.label("key"),
        *(column.label("more") for column in more),
        OPPORTUNITY.c.currency,
        OPPORTUNITY.c.amount,
        OPPORTUNITY.c.chance,
    ).where(is_counted(parts), condition)
    rows = rows.select_from(OPPORTUNITY)
    rows = rows.outerjoin(*joined) if joined is not None else rows
    table = rows.subquery("part_rows")
    keys = [table.c.key, *([table.c.more] if more else []), table.c.currency]
    return sa.select(*keys, sa.func.count(), *money_columns(table)).group_by(*keys)


def load_labels(actor: Actor, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return kind and name of visible records by id."""
    rows = _labels(actor, ids=list(ids)) if ids else ()
    return {row[0]: (row[1], row[2] or row[3]) for row in rows}


@cached_query
def _labels(viewer: AccessProfile) -> Select:
    stmt = sa.select(Record.id, Record.kind, Record.label, Record.native_label)
    return stmt.where(Record.id.in_(sa.bindparam("ids", expanding=True)), visible(viewer))


def load_sector_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of sectors by id."""
    stmt = sa.select(Sector.id, Sector.name).where(Sector.id.in_(sa.bindparam("ids", expanding=True)))
    return dict(map(tuple, fetch(stmt, {"ids": list(ids)}))) if ids else {}
