"""Queries about opportunities; each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias, db
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record, announce_opened, visible
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Actor, Right, can, counsels
from crm.core.words import Lazy, _, _l
from crm.followups.models import FollowUp, FollowUpAbout
from crm.people.models import Representation
from crm.records.queries import VISIBILITY_RULES

from .conditions import is_visible_opportunity, open_steps
from .models import Opportunity
from .policy import OpportunityStage, WaitingFor, is_overdue_in_stage

MAX_ON_PAGE = 50


class RecordName(NamedTuple):
    """The name of a record; without an id the reader may not open it."""

    id: int | None
    label: str
    native_label: str


class NextStepRow(NamedTuple):
    """The next open follow-up of an opportunity."""

    on: date
    title: str


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


def visible_opportunities(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the opportunities that the viewer may see."""
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
    if right is not None and not can(actor, right, row):
        raise Forbidden
    announce_opened(row)
    return row


def load_next_steps(actor: Actor, ids: Collection[int]) -> dict[int, NextStepRow]:
    """Return the next open follow-up of each opportunity; confidential ones only for confidential opportunities."""
    steps: dict[int, NextStepRow] = {}
    for opportunity_id, due_on, title in _steps(actor, ids=list(ids)) if ids else ():
        steps.setdefault(opportunity_id, NextStepRow(due_on, title))
    return steps


@question
def _steps(viewer: AccessProfile) -> Select:
    opportunity = alias(Record, "opportunities_case")
    return (
        sa.select(FollowUpAbout.record_id, FollowUp.due_on, FollowUp.title)
        .join(FollowUp, FollowUp.id == FollowUpAbout.followup_id)
        .join(opportunity, opportunity.id == FollowUpAbout.record_id)
        .where(FollowUpAbout.record_id.in_(sa.bindparam("ids", expanding=True)), *open_steps(viewer))
        .where(sa.or_(sa.not_(FollowUp.confidential), opportunity.confidential))
        .order_by(FollowUp.due_on, FollowUp.id)
    )


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
        buyer_or_project=buyer if buyer.id else project if project.id else None,
        counselor=counselor,
        next_step=step,
    )


def days_in_stage(since: datetime, zone: str) -> int:
    """Return the calendar days since a moment, by the calendar of a zone."""
    return (clock.today(zone) - since.astimezone(ZoneInfo(zone)).date()).days


def load_opportunities(actor: Actor, ids: Collection[int]) -> dict[int, OpportunityRow]:
    """Return the visible opportunities of these ids, in two statements."""
    if not ids:
        return {}
    rows = _opportunity_rows(actor, ids=list(ids))
    steps = load_next_steps(actor, [row[0] for row in rows])
    return {row[0]: build_opportunity_row(actor, row, steps.get(row[0])) for row in rows}


@question
def _opportunity_rows(viewer: AccessProfile) -> Select:
    stmt = join_names(viewer, visible_opportunities(viewer)).where(
        Opportunity.id.in_(sa.bindparam("ids", expanding=True))
    )
    return stmt.with_only_columns(*opportunity_columns(), maintain_column_froms=True)


def list_opportunities_of(actor: Actor, record_ids: Collection[int]) -> dict[int, list[OpportunityRow]]:
    """Return the opportunities of each record: as client, buyer, person at the buyer, project, need, rep or product.

    Open ones first, then the newest; at most 50 in all, in three statements.
    """
    rows: dict[int, list[OpportunityRow]] = {i: [] for i in record_ids}
    links = {row[0]: set(row[1:]) for row in _links_of(actor, ids=list(record_ids))}
    opportunities = load_opportunities(actor, links.keys())
    for opportunity_id in sorted(links, key=lambda i: (opportunities[i].stage.is_end, -i)):
        for record_id in rows.keys() & links[opportunity_id]:
            rows[record_id].append(opportunities[opportunity_id])
    return rows


@question
def _links_of(viewer: AccessProfile) -> Select:
    opportunity, rep = Opportunity, Representation.__table__
    ids: Any = sa.bindparam("ids", expanding=True)
    parts: tuple[Any, ...] = (
        opportunity.client_id,
        opportunity.buyer_id,
        opportunity.buyer_contact_id,
        opportunity.project_id,
        opportunity.need_id,
        opportunity.representation_id,
        opportunity.product_id,
    )
    # One subquery for each part uses its index; with one OR over them SQLite reads the whole table.
    rows = Opportunity.__table__.c
    rep_ids = sa.union(*(sa.select(rep.c.id).where(of.in_(ids)) for of in (rep.c.person_id, rep.c.firm_id)))
    any_part = [*(rows[part.key].in_(ids) for part in parts), rows.representation_id.in_(rep_ids)]
    of_any = sa.union(*(sa.select(rows.id).where(part) for part in any_part))
    return (
        visible_opportunities(viewer)
        .outerjoin(rep, rep.c.id == opportunity.representation_id)
        .where(opportunity.id.in_(of_any), opportunity.archived_at.is_(None))
        .order_by(opportunity.id.desc())
        .limit(MAX_ON_PAGE)
        .with_only_columns(opportunity.id, *parts, rep.c.person_id, rep.c.firm_id, maintain_column_froms=True)
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
    rows = {r.id: r for r in db.session.execute(stmt.where(Record.id.in_(ids.values()), visible(actor)))}
    return [(PARTS[n], RecordName(*rows[i][:3]), rows[i].kind) for n, i in ids.items() if i in rows]


def default_counselor(actor: Actor, client_id: int | None) -> int | None:
    """Return the counselor of a new opportunity: the client's active one, else the actor if a counselor, else None."""
    stmt = sa.select(User.id).join(Record, Record.counselor_id == User.id)
    client_counselor = stmt.where(Record.id == client_id, visible(actor), User.active)
    return (db.session.scalar(client_counselor) if client_id else None) or (actor.id if counsels(actor) else None)


def list_export_reviewers(row: Opportunity) -> list[tuple[str, str]]:
    """Return name and email of up to three compliance officers, those of the opportunity's team first."""
    in_team = sa.exists().where(Membership.user_id == User.id, Membership.team_id == row.team_id)
    stmt = (
        sa.select(User.name, User.email).where(User.active, User.has_compliance).order_by(sa.not_(in_team), User.name)
    )
    return list(db.session.execute(stmt.limit(3)))
