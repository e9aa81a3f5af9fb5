"""The list of matches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from crm.calendars import resolve_local
from crm.core.data.base import alias, db
from crm.core.data.record import Record, visible
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.derive import enum_choices
from crm.core.lists.record_filters import record_filter
from crm.core.policy import Actor
from crm.core.words import _l

from .models import ProductMatch
from .policy import MatchReasonKind, MatchState
from .queries import CLIENT, DECISION_STATE, NEED, NEEDS, PRODUCT, PRODUCTS, PROJECT, visible_matches
from .scoring import MatchReason
from .sentences import describe_reason

BUYER = alias(Record, "match_buyer")


def load_texts(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the main reasons of matches as one text, warnings first, and whose need it is: of a project or a buyer."""
    owner = sa.func.coalesce(PROJECT.label, BUYER.label, "")
    stmt = (
        sa.select(ProductMatch.id, ProductMatch.reasons, owner)
        .join(NEEDS, NEEDS.c.id == ProductMatch.need_id)
        .outerjoin(PROJECT, sa.and_(PROJECT.id == NEEDS.c.project_id, visible(actor, PROJECT)))
        .outerjoin(BUYER, sa.and_(BUYER.id == NEEDS.c.organization_id, visible(actor, BUYER)))
        .where(ProductMatch.id.in_(ids))
    )
    return {i: {"why": join_reasons(reasons), "project": label} for i, reasons, label in db.session.execute(stmt)}


def join_reasons(stored: Collection[Any]) -> str:
    """Return the warnings among stored reasons, and the strongest other one, as sentences.

    Words in common come last: the names beside them show them already.
    """
    reasons = [MatchReason.from_json(reason) for reason in stored]
    supporting = sorted(
        (reason for reason in reasons if not reason.is_warning),
        key=lambda reason: (reason.kind is MatchReasonKind.words, -reason.points),
    )
    return " ".join(map(describe_reason, [*(reason for reason in reasons if reason.is_warning), *supporting[:1]]))


def _found_since(day: date, actor: Actor) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = ProductMatch.found_at >= resolve_local(day, time(0), actor.zone)
    return condition


MATCHES = Listing(
    name="matches",
    title=_l("Matches"),
    path="/matches/",
    template="matching/index.html",
    entity=ProductMatch,
    base=visible_matches,
    after_page=load_texts,
    search=False,
    sort="-points",
    cols=(
        Col("need", _l("Need"), NEED.label, kind="name", native=NEED.native_label),
        Col("product", _l("Product"), PRODUCT.label, kind="link", ref=PRODUCT.id, path="/products/"),
        Col("client", _l("Client"), CLIENT.label, kind="link", ref=CLIENT.id, path="/organizations/", hide_phone=True),
        Col("project", _l("Project or buyer"), hide_phone=True),
        Col("points", _l("Points"), ProductMatch.points, sort=True, kind="num"),
        Col("why", _l("Reasons"), kind="long", hide_phone=True),
        Col("state", _l("Status"), DECISION_STATE, show=False),
        Col("found", _l("Found on"), ProductMatch.found_at, sort=True, kind="date", hide_phone=True),
    ),
    filters=(
        Filter(
            "state",
            _l("Status"),
            "choice",
            lambda value: MatchState.from_code(value).value == DECISION_STATE,
            enum_choices(MatchState),
        ),
        Filter("mine", _l("My clients"), "bool", lambda _x, actor: PRODUCT.counselor_id == actor.id, takes_actor=True),
        Filter("least", _l("Minimum points"), "num", lambda number: ProductMatch.points >= number),
        Filter("since", _l("New since"), "date", _found_since, takes_actor=True),
        record_filter("need", _l("Need"), ProductMatch.need_id),
        record_filter("product", _l("Product"), ProductMatch.product_id),
        record_filter("client", _l("Client"), PRODUCTS.c.client_id),
        record_filter("project", _l("Project"), NEEDS.c.project_id),
    ),
    views=(
        View("new", _l("New matches"), {"state": "suggested"}, sort="-points"),
        View("mine", _l("My clients"), {"state": "suggested", "mine": "1"}, sort="-points"),
        View("dismissed", _l("Dismissed"), {"state": "dismissed"}, sort="-found"),
    ),
)
