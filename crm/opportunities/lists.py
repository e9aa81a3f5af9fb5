"""The list of opportunities, and the filters it shares with the board."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile
from crm.core.data.base import alias, fetch
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.lists import Col, Listing, RowEditing, View
from crm.core.policy import Actor
from crm.core.words import _l
from crm.followups.queries import load_next_steps
from crm.reference.queries import load_rates

from . import change_conditions as changes
from . import conditions as c
from . import queries, services
from .filters import BOTH, ONLY_LIST
from .forms import OpportunityEditForm
from .groupings import GROUPINGS, MEASURES
from .models import Opportunity
from .money import convert
from .queries import BUYER, CLIENT, PROJECT


def base(actor: Actor) -> sa.Select[Any]:
    """Select visible opportunities with the names of client, buyer, project and counselor."""
    return queries.join_names(actor, queries.visible_opportunities(actor))


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the next step, the amount in US dollars and the visible product of each row of the page."""
    product = alias(Record, "sold_product")
    sold = (
        sa.select(Opportunity.id, sa.func.coalesce(sa.func.nullif(product.label, ""), product.native_label))
        .join(product, product.id == Opportunity.product_id)
        .where(Opportunity.id.in_(ids), visible(actor, product))
    )
    steps, rates, amounts, products = run_together(
        partial(load_next_steps, actor, ids),
        partial(load_rates, clock.today(actor.zone)),
        partial(queries.load_amounts, actor, ids),
        partial(fetch, sold),
    )
    dollars = {i: convert(amount, code, rates) for i, amount, code in amounts}
    names = dict(map(tuple, products))
    return {
        i: {
            "next": (s.on, s.title) if (s := steps.get(i)) else None,
            "usd": dollars.get(i),
            "product": names.get(i),
        }
        for i in ids
    }


OTHER = sa.case((BUYER.id.is_not(None), BUYER.label), else_=sa.func.coalesce(PROJECT.label, ""))

SECOND = alias(User, "second_counselor")
SECOND_COUNSELOR = (
    sa.select(SECOND.name).where(SECOND.id == Opportunity.second_counselor_id).correlate(Opportunity).scalar_subquery()
)

EDITING = RowEditing(
    form=OpportunityEditForm,
    right="opportunity:edit",
    save=services.change_opportunity,
    many=dict.fromkeys(
        (
            "amount",
            "probability",
            "close_on",
            "waiting_for",
            "second_counselor_id",
            "path",
            "currency",
            "license_gate",
        ),
        services.change_opportunities,
    ),
    facts=("certainty", "close_quarter"),
)

OPPORTUNITIES = Listing(
    name="opportunities",
    title=_l("Opportunities"),
    path="/opportunities/",
    entity=Opportunity,
    base=base,
    after_page=after_page,
    editing=EDITING,
    template="opportunities/index.html",
    groupings=GROUPINGS,
    measures=MEASURES,
    cols=(
        Col("name", _l("Opportunity"), Opportunity.label, sort=Opportunity.sort_key, kind="name"),
        Col("client", _l("Client"), sa.func.coalesce(CLIENT.label, ""), hide_phone=True),
        Col("other", _l("Buyer, prime or project"), OTHER, hide_phone=True),
        Col.of(Opportunity.stage, hide_phone=True),
        Col("since", _l("In stage since"), Opportunity.stage_since, sort=True, kind="date", hide_phone=True),
        Col.of(Opportunity.amount, kind="money", currency=Opportunity.currency),
        Col("usd", _l("US$"), kind="money", show=False),
        Col("chance", _l("Probability (%)"), Opportunity.chance, kind="num", hide_phone=True, field="probability"),
        Col(
            "close",
            _l("Close date"),
            sa.func.nullif(Opportunity.close_key, sa.literal(c.NO_CLOSE_DATE, sa.Date), type_=sa.Date()),
            sort=Opportunity.close_key,
            kind="date",
            field="close_on",
            hide_phone=True,
        ),
        Col.of(Opportunity.waiting_for, name="waiting", hide_phone=True),
        Col("waiting_since", _l("Waiting since"), Opportunity.waiting_since, kind="date", show=False),
        Col("slips", _l("Close date slips"), changes.slips_of(Opportunity.id), kind="num", show=False),
        Col("next", _l("Next step"), kind="light"),
        Col("project", _l("Project"), sa.func.coalesce(PROJECT.label, ""), show=False),
        Col("buyer", _l("Buyer or prime"), sa.func.coalesce(BUYER.label, ""), show=False),
        Col("product", _l("Product"), show=False),
        Col.of(Opportunity.certainty, field="", show=False),
        Col("close_quarter", _l("Close quarter"), Opportunity.close_quarter, show=False),
        Col.of(Opportunity.note, field="", show=False),
        Col("counselor", _l("Counselor"), User.name, kind="user", show=False, field="counselor_id"),
        Col("second_counselor", _l("Second counselor"), SECOND_COUNSELOR, show=False, field="second_counselor_id"),
        Col.of(Opportunity.path, show=False),
        Col.of(Opportunity.currency, show=False),
        Col.of(Opportunity.license_gate, name="license", show=False),
        Col("uid", _l("Identifier"), Opportunity.uid, show=False),
    ),
    filters=(*BOTH, *ONLY_LIST),
    views=(
        View("open", _l("Open"), {"state": "open"}),
        View("mine", _l("Mine"), {"mine": "1", "state": "open"}),
        View("late", _l("Overdue"), {"light": "late", "state": "open"}),
        View("nostep", _l("No next step"), {"light": "none", "state": "open"}),
        View("stuck", _l("Overdue in stage"), {"aged": "yes", "state": "open"}, "since"),
        View("held", _l("On hold: export review"), {"stage": ("export_hold",)}),
        View("asleep", _l("Dormant"), {"stage": ("dormant",)}),
    ),
)

SUMS_LISTING = replace(OPPORTUNITIES, name="opportunities_summed", base=queries.visible_opportunities)
"""The same rows without the joined names, for the sums."""


class BoardFilters(Listing):
    """The filters of the board; it has neither rows nor archived opportunities."""

    @property
    def has_archive(self) -> bool:
        """Whether archived rows can be shown: no."""
        return False


BOARD = BoardFilters(
    name="board",
    title=_l("Pipeline"),
    cols=OPPORTUNITIES.cols,
    filters=BOTH,
    entity=Opportunity,
    path="/opportunities/board",
    search=False,
)
Filters = tuple[tuple[str, Any], ...]
"""Names and values of the filters in use; they change the statements of the board."""
OF_RECORD = frozenset({"mine", "team", "counselor", "light"})
"""Filters that need the joined record."""


def select_on_board(viewer: AccessProfile, filters: Filters) -> sa.Select[Any]:
    """Select the visible opportunities by the filters of the board; records are joined only if a filter needs them."""
    stmt: sa.Select[Any] = sa.select(c.OPPORTUNITY).where(c.is_visible_active(viewer))
    values = dict(filters)
    if OF_RECORD & values.keys():
        stmt = stmt.join(c.RECORD, c.RECORD.c.id == c.OPPORTUNITY.c.id)
    for f in BOTH:
        if f.name in values:
            value = values[f.name]
            stmt = stmt.where(f.where(value, viewer) if f.takes_actor else f.where(value))
    return stmt


def may_count_hidden(filters: Filters) -> bool:
    """Whether confidential opportunities may be counted beside the board: only if it is filtered by team alone."""
    return not dict(filters).keys() - {"team"}


def is_hidden_on_board(filters: Filters) -> c.Condition:
    """Return the condition for confidential opportunities of the teams that the board is filtered by."""
    chosen = dict(filters).get("team")
    if not chosen:
        return sa.true()
    of_teams = c.RECORD.c.team_id.in_(list(map(int, chosen)))
    return sa.exists().where(c.RECORD.c.id == c.OPPORTUNITY.c.id, of_teams).correlate(c.OPPORTUNITY)
