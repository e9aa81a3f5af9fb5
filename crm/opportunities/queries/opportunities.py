"""Queries about opportunities; each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, announce_opened, refuse_merged, visible
from crm.core.data.together import run_together
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Actor, Right, can
from crm.core.words import _, join_facts
from crm.followups.queries import NextStepRow, load_next_steps
from crm.opportunities.conditions import is_visible_opportunity
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, WaitingFor, is_overdue_in_stage
from crm.records.queries import VISIBILITY_RULES


class RecordName(NamedTuple):
    """The name of a record; without an id the reader may not open it."""

    id: int | None
    label: str
    native_label: str


class OpportunityRow(NamedTuple):
    """An opportunity as cards and panels show it.

    `chance` is a percentage; `days` counts the days in the stage; `is_overdue`: more days than the stage allows.
    """

    id: int
    label: str
    confidential: bool
    stage: OpportunityStage
    days: int
    is_overdue: bool
    amount: Decimal | None
    currency: str
    chance: int | None
    waiting_for: WaitingFor
    client: RecordName
    buyer_or_project: RecordName | None
    counselor: str | None
    next_step: NextStepRow | None

    @property
    def parties(self) -> str:
        """Return the client and the buyer or project in one script, because cards are narrow: "Ortega · Huayue"."""
        names = [self.client, *([self.buyer_or_project] if self.buyer_or_project else [])]
        return join_facts(name.label or name.native_label for name in names)


def visible_opportunities(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Opportunity).where(is_visible_opportunity(viewer))


def _is_visible_record(actor: Actor) -> sa.ColumnElement[bool]:
    if Right.compliance not in actor.rights:
        return sa.false()
    opportunity = alias(Opportunity, "opportunities_seen")
    stmt = (
        sa.select(opportunity.id)
        .select_from(opportunity)
        .where(opportunity.id == Record.id, is_visible_opportunity(actor, opportunity))
    )
    return stmt.correlate(Record).exists()


VISIBILITY_RULES["opportunity"] = _is_visible_record


def get_opportunity(actor: Actor, opportunity_id: int, right: str | None = None) -> Opportunity:
    """Return an opportunity. Raises NotFound, and Forbidden without the right for it."""
    row: Opportunity | None = db.session.scalars(
        visible_opportunities(actor).where(Opportunity.id == opportunity_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    refuse_merged(actor, row)
    if right is not None and not can(actor, right, row):
        raise Forbidden
    announce_opened(row)
    return row


def load_amounts(actor: Actor, ids: Collection[int]) -> Sequence[Any]:
    """Return id, amount and currency of visible opportunities."""
    return _amounts(actor, ids=list(ids)) if ids else ()


@cached_query
def _amounts(viewer: AccessProfile) -> Select:
    stmt = visible_opportunities(viewer).where(Opportunity.id.in_(sa.bindparam("ids", expanding=True)))
    return stmt.with_only_columns(Opportunity.id, Opportunity.amount, Opportunity.currency)


CLIENT, BUYER, PROJECT = (sa.orm.aliased(Record, name=n) for n in ("client", "buyer", "project"))


def join_names(viewer: Actor | AccessProfile, stmt: sa.Select[Any]) -> sa.Select[Any]:
    """Join client, buyer, project and counselor, each only if the viewer may see its name.

    Those who may see an opportunity may read the name of its client unless the client is confidential.
    """
    client_is_readable = sa.or_(sa.not_(CLIENT.confidential), visible(viewer, CLIENT))
    return (
        stmt.outerjoin(CLIENT, sa.and_(CLIENT.id == Opportunity.client_id, client_is_readable))
        .outerjoin(BUYER, sa.and_(BUYER.id == Opportunity.buyer_id, visible(viewer, BUYER)))
        .outerjoin(PROJECT, sa.and_(PROJECT.id == Opportunity.project_id, visible(viewer, PROJECT)))
        .outerjoin(User, User.id == Opportunity.counselor_id)
    )


def opportunity_columns() -> tuple[Any, ...]:
    """Return the columns that `build_opportunity_row` reads, in its order."""
    return (
        Opportunity.id,
        Opportunity.label,
        Opportunity.confidential,
        Opportunity.stage,
        Opportunity.stage_since,
        Opportunity.amount,
        Opportunity.currency,
        Opportunity.chance,
        Opportunity.waiting_for,
        CLIENT.id,
        CLIENT.label,
        CLIENT.native_label,
        CLIENT.team_id,
        BUYER.id,
        BUYER.label,
        BUYER.native_label,
        PROJECT.id,
        PROJECT.label,
        PROJECT.native_label,
        User.name,
    )


def build_opportunity_row(actor: Actor, row: Any, step: NextStepRow | None) -> OpportunityRow:
    """Build a row from the values of `opportunity_columns`."""
    (id, label, confidential, stage, since, amount, currency, chance, waiting, *names, counselor) = row
    c_id, c_label, c_native, c_team, *host_columns = names
    may_open = c_id is not None and (c_team is None or actor.sees_all_teams or c_team in actor.team_ids)
    buyer, project = RecordName(*host_columns[:3]), RecordName(*host_columns[3:])
    days = days_in_stage(since, actor.zone)
    return OpportunityRow(
        id=id,
        label=label,
        confidential=confidential,
        stage=stage,
        days=days,
        is_overdue=is_overdue_in_stage(days, stage),
        amount=amount,
        currency=currency,
        chance=chance,
        waiting_for=waiting,
        client=RecordName(c_id if may_open else None, c_label if c_id else _("confidential client"), c_native or ""),
        buyer_or_project=next((host for host in (buyer, project) if host.id), None),
        counselor=counselor,
        next_step=step,
    )


def days_in_stage(since: datetime, zone: str) -> int:
    """Return the calendar days since a moment, by the calendar of a zone."""
    return (clock.today(zone) - local_day(since, zone)).days


def load_opportunities(actor: Actor, ids: Collection[int]) -> dict[int, OpportunityRow]:
    """Return the visible opportunities of these ids."""
    if not ids:
        return {}
    rows, steps = run_together(partial(_opportunity_rows, actor, ids=list(ids)), partial(load_next_steps, actor, ids))
    return {row[0]: build_opportunity_row(actor, row, steps.get(row[0])) for row in rows}


@cached_query
def _opportunity_rows(viewer: AccessProfile) -> Select:
    stmt = join_names(viewer, visible_opportunities(viewer)).where(
        Opportunity.id.in_(sa.bindparam("ids", expanding=True))
    )
    return stmt.with_only_columns(*opportunity_columns(), maintain_column_froms=True)
