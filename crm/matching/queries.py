"""Queries about matches: only those whose need and product the actor may see, without archived and merged records."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Actor, can
from crm.products.models import Product
from crm.projects.models import Need, ProjectParty
from crm.projects.policy import ProjectRole

from .models import MatchDecision, ProductMatch
from .policy import DismissReason, MatchState
from .scoring import MatchReason, MatchScore

NEED, PRODUCT, CLIENT, PROJECT = (alias(Record, f"match_{name}") for name in ("need", "product", "client", "project"))
# The plain tables: a join of two classes of two tables each is slower, and the record has all that is shown.
NEEDS: Any = Need.__table__
PRODUCTS: Any = Product.__table__
DECISION_STATE = sa.func.coalesce(MatchDecision.state, sa.literal(MatchState.suggested.value))
MAX_SHOWN = 5


class MatchName(NamedTuple):
    """A record of a match; without a label the reader may not see it."""

    id: int
    label: str
    native_label: str


class MatchRow(NamedTuple):
    """A match as pages show it: warnings come first among the reasons."""

    id: int
    need: MatchName
    product: MatchName
    client: MatchName
    project: MatchName | None
    points: int
    reasons: tuple[MatchReason, ...]
    state: MatchState
    dismiss_reason: DismissReason | None
    note: str | None
    opportunity_id: int | None


def join_records(viewer: Actor | AccessProfile, stmt: sa.Select[Any]) -> sa.Select[Any]:
    """Join need, product, client, project and decision to matches that the viewer may see.

    A match whose opportunity is hidden from the viewer is a suggested one to the viewer.
    """
    match, opportunity = ProductMatch, alias(Record, "match_opportunity")
    is_visible = sa.exists().where(opportunity.id == MatchDecision.opportunity_id, visible(viewer, opportunity))
    decided = sa.and_(
        MatchDecision.need_id == match.need_id,
        MatchDecision.product_id == match.product_id,
        sa.or_(MatchDecision.state == MatchState.dismissed, is_visible.correlate_except(opportunity)),
    )
    return (
        stmt.join(NEEDS, NEEDS.c.id == match.need_id)
        .join(NEED, sa.and_(NEED.id == match.need_id, visible(viewer, NEED)))
        .join(PRODUCTS, PRODUCTS.c.id == match.product_id)
        .join(PRODUCT, sa.and_(PRODUCT.id == match.product_id, visible(viewer, PRODUCT)))
        .join(CLIENT, sa.and_(CLIENT.id == PRODUCTS.c.client_id, visible(viewer, CLIENT)))
        .outerjoin(PROJECT, sa.and_(PROJECT.id == NEEDS.c.project_id, visible(viewer, PROJECT)))
        .outerjoin(MatchDecision, decided)
        .where(NEED.archived_at.is_(None), PRODUCT.archived_at.is_(None), CLIENT.archived_at.is_(None))
        .where(PROJECT.archived_at.is_(None))
    )


def visible_matches(actor: Actor) -> sa.Select[Any]:
    """Select the matches of which the actor may see need, product and client."""
    return join_records(actor, sa.select(ProductMatch))


def _columns() -> list[Any]:
    names = [c for record in (NEED, PRODUCT, CLIENT, PROJECT) for c in (record.id, record.label, record.native_label)]
    match, decision = ProductMatch, MatchDecision
    own = [match.id, match.points, match.reasons]
    decided = [decision.state, decision.reason, decision.note, decision.opportunity_id]
    return [column.label(f"c{number}") for number, column in enumerate([*names, *own, *decided])]


def _build_row(row: Any) -> MatchRow:
    need, product, client, project = (MatchName(*row[start : start + 3]) for start in range(0, 12, 3))
    match_id, points, reasons, state, dismiss_reason, note, opportunity_id = row[12:]
    return MatchRow(
        match_id,
        need,
        product,
        client,
        project if project.id else None,
        points,
        MatchScore.from_json(reasons).reasons,
        state or MatchState.suggested,
        dismiss_reason,
        note,
        opportunity_id,
    )


def list_matches(actor: Actor, *, of: str, record_id: int) -> list[MatchRow]:
    """Return the best matches of a need, product, client or project (`of`) that weren't dismissed."""
    return [_build_row(row) for row in _matches_of(actor, of, record=record_id)]


@cached_query
def _matches_of(viewer: AccessProfile, of: str) -> Select:
    column = {
        "need": ProductMatch.need_id,
        "product": ProductMatch.product_id,
        "client": PRODUCTS.c.client_id,
        "project": NEEDS.c.project_id,
    }[of]
    stmt = join_records(viewer, sa.select(*_columns()).select_from(ProductMatch))
    return (
        stmt.where(column == sa.bindparam("record"))
        .where(sa.or_(MatchDecision.id.is_(None), MatchDecision.state != MatchState.dismissed))
        .order_by(ProductMatch.points.desc(), ProductMatch.id)
        .limit(MAX_SHOWN)
    )


def load_match(actor: Actor, match_id: int) -> MatchRow:
    """Return a match. Raises NotFound unless the actor may see its need, product and client."""
    rows = _match(actor, id=match_id)
    if not rows:
        raise NotFound
    return _build_row(rows[0])


@cached_query
def _match(viewer: AccessProfile) -> Select:
    stmt = join_records(viewer, sa.select(*_columns()).select_from(ProductMatch))
    return stmt.where(ProductMatch.id == sa.bindparam("id"))


def get_match(actor: Actor, match_id: int, right: str) -> MatchRow:
    """Return a match to decide about. Raises NotFound, and Forbidden without the right for its product."""
    row = load_match(actor, match_id)
    if not can(actor, right, db.session.get_one(Product, row.product.id)):
        raise Forbidden
    return row


def find_buyer(actor: Actor, need_id: int) -> int | None:
    """Return who would buy: the organization of a need, else the only prime of its project that the actor may see."""
    need = db.session.get_one(Need, need_id)
    prime = sa.select(ProjectParty.organization_id).where(
        ProjectParty.project_id == need.project_id, ProjectParty.role == ProjectRole.prime
    )
    ids: Collection[int] = {need.organization_id} if need.organization_id else set(db.session.scalars(prime))
    stmt = sa.select(Record.id).where(Record.id.in_(ids), visible(actor), Record.archived_at.is_(None))
    visible_ids = list(db.session.scalars(stmt))
    return visible_ids[0] if len(visible_ids) == 1 else None
