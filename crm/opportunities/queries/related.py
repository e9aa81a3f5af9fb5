"""Opportunities of other records, and the records of an opportunity."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db, fetch
from crm.core.data.identity import Membership, User
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, visible
from crm.core.policy import Actor, default_counselor_id, may_see
from crm.core.words import Lazy, _l
from crm.opportunities.models import Opportunity
from crm.people.models import Representation
from crm.people.queries import REPRESENTED

from .opportunities import OpportunityRow, RecordName, load_opportunities, visible_opportunities

MAX_ON_PAGE = 50
OWN_PARTS = ("client_id", "buyer_id", "buyer_contact_id", "project_id", "need_id", "representation_id", "product_id")
IN_OPPORTUNITIES = declare_pointers(*(Opportunity.__table__.c[name] for name in OWN_PARTS)) | REPRESENTED


def list_opportunities_of(actor: Actor, record_ids: Collection[int]) -> dict[int, list[OpportunityRow]]:
    """Return the opportunities of each record: as client, buyer, person at the buyer, project, need, rep or product.

    Open ones first, then the newest; at most 50 in all, in three statements.
    """
    rows: dict[int, list[OpportunityRow]] = {i: [] for i in record_ids}
    if not any(may_have_rows(i, IN_OPPORTUNITIES) for i in record_ids):
        return rows
    links = {row[0]: set(row[1:]) for row in _links_of(actor, ids=list(record_ids))}
    opportunities = load_opportunities(actor, links.keys())
    for opportunity_id in sorted(links, key=lambda i: (opportunities[i].stage.is_end, -i)):
        for record_id in rows.keys() & links[opportunity_id]:
            rows[record_id].append(opportunities[opportunity_id])
    return rows


def list_opportunity_ids_of(actor: Actor, record_id: int) -> list[int]:
    """Return the ids of the opportunities that `list_opportunities_of` returns; on one page both read them once."""
    return [row[0] for row in _links_of(actor, ids=[record_id])] if may_have_rows(record_id, IN_OPPORTUNITIES) else []


@cached_query
def _links_of(viewer: AccessProfile) -> Select:
    opportunity, rep = Opportunity, Representation.__table__
    ids: Any = sa.bindparam("ids", expanding=True)
    parts: tuple[Any, ...] = tuple(getattr(opportunity, name) for name in OWN_PARTS)
    # One subquery for each part uses its index; with one OR over them SQLite reads the whole table.
    rows = Opportunity.__table__.c
    rep_ids = sa.union(*(sa.select(rep.c.id).where(of.in_(ids)) for of in (rep.c.person_id, rep.c.organization_id)))
    any_part = [*(rows[part.key].in_(ids) for part in parts), rows.representation_id.in_(rep_ids)]
    of_any = sa.union(*(sa.select(rows.id).where(part) for part in any_part))
    return (
        visible_opportunities(viewer)
        .outerjoin(rep, rep.c.id == opportunity.representation_id)
        .where(opportunity.id.in_(of_any), opportunity.archived_at.is_(None))
        .order_by(opportunity.id.desc())
        .limit(MAX_ON_PAGE)
        .with_only_columns(opportunity.id, *parts, rep.c.person_id, rep.c.organization_id, maintain_column_froms=True)
    )


PARTS = {
    "client_id": _l("Client"),
    "project_id": _l("Project"),
    "buyer_id": _l("Prime or buyer"),
    "buyer_contact_id": _l("Person at prime or buyer"),
    "need_id": _l("Need"),
    "product_id": _l("Product"),
    "representation_id": _l("China rep"),
}


def list_parts(actor: Actor, row: Opportunity) -> list[tuple[Lazy, RecordName, str]]:
    """Return the records of an opportunity that the actor may see: the label of the part, the name and the kind."""
    ids = {name: i for name in PARTS if (i := getattr(row, name)) is not None}
    stmt = sa.select(Record.id, Record.label, Record.native_label, Record.kind)
    rows = {r.id: r for r in fetch(stmt.where(Record.id.in_(list(ids.values())), visible(actor)))}
    return [(PARTS[n], RecordName(*rows[i][:3]), rows[i].kind) for n, i in ids.items() if i in rows]


def default_counselor(actor: Actor, client_id: int | None) -> int | None:
    """Return the counselor of a new opportunity: the client's active one, else the actor if a counselor, else None.

    The counselor of a client that all teams share may be in another team, so it is the actor.
    """
    client = db.session.get(Record, client_id) if client_id else None
    if client is not None and client.team_id and client.counselor_id and may_see(actor, client):
        counselor = db.session.get_one(User, client.counselor_id)
        if counselor.active or actor.is_system:
            return counselor.id
    return default_counselor_id(actor)


def list_export_reviewers(row: Opportunity) -> list[tuple[int, str]]:
    """Return id and name of up to three compliance officers, those of the opportunity's team first."""
    in_team = sa.exists().where(Membership.user_id == User.id, Membership.team_id == row.team_id)
    stmt = sa.select(User.id, User.name).where(User.active, User.has_compliance).order_by(sa.not_(in_team), User.name)
    return [(i, name) for i, name in fetch(stmt.limit(3))]


def find_second_counselor(row: Opportunity) -> str:
    """Return the name of an opportunity's second counselor; "" without one."""
    if row.second_counselor_id is None:
        return ""
    return db.session.scalar(sa.select(User.name).where(User.id == row.second_counselor_id)) or ""
