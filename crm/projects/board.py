"""The board of leads: a column for each lead stage with its oldest leads, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import alias, db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.lists.query import build_filtered
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.queries import NextStepRow, load_next_steps

from . import lists
from .models import Project, ProjectParty
from .policy import LEAD_STAGES, LeadStage, ProjectRole, is_overdue_in_stage

CARDS = 15
"""The most cards in a column; the list has the rest."""


class LeadCard(NamedTuple):
    """A lead on the board; `prime` is the name of its first prime that the reader may see."""

    id: int
    label: str
    native_label: str
    confidential: bool
    city: str | None
    country: str | None
    bid_at: datetime | None
    zone: str | None
    days: int
    is_overdue: bool
    prime: str
    next_step: NextStepRow | None

    @property
    def place(self) -> str:
        """The city, or else the country."""
        return self.city or formats.country(self.country)

    @property
    def bid_text(self) -> str:
        """The bid deadline as a date in the project's own time zone; "" without one."""
        day = formats.day(self.bid_at.astimezone(ZoneInfo(self.zone or "UTC"))) if self.bid_at else ""
        return _("Bid %(day)s", day=day) if day else ""


@dataclass(frozen=True)
class LeadColumn:
    """A stage with its cards, the longest in the stage first; `overdue` of its `count` leads are overdue in it."""

    stage: LeadStage
    count: int
    overdue: int
    cards: list[LeadCard]

    @property
    def more_count(self) -> int:
        """How many leads have no card."""
        return self.count - len(self.cards)


@dataclass(frozen=True)
class LeadBoard:
    """The four columns."""

    columns: list[LeadColumn]

    @property
    def count(self) -> int:
        """How many leads there are."""
        return sum(column.count for column in self.columns)

    @property
    def first_stage(self) -> LeadStage:
        """The column that a phone shows first: the first one with leads."""
        return next((column.stage for column in self.columns if column.count), LEAD_STAGES[0])


def load_lead_board(actor: Actor, state: ListState) -> LeadBoard:
    """Load the board of the filtered leads that the actor may see."""
    stmt = build_filtered(lists.BOARD, actor, state)
    counts = _count(stmt)
    cards = _load_cards(actor, _first_ids(stmt))
    return LeadBoard([LeadColumn(stage, *counts.get(stage, (0, 0)), cards[stage]) for stage in LEAD_STAGES])


def _count(stmt: sa.Select[Any]) -> dict[LeadStage, tuple[int, int]]:
    """Return by stage how many leads, and how many of them are overdue in it."""
    overdue = sa.func.sum(sa.case((lists.is_idle(None), 1), else_=0))
    counted = stmt.with_only_columns(Project.lead_stage, sa.func.count(), overdue, maintain_column_froms=True)
    return {stage: (n, late or 0) for stage, n, late in db.session.execute(counted.group_by(Project.lead_stage))}


def _first_ids(stmt: sa.Select[Any]) -> list[int]:
    """Return the ids of the first leads of each stage; each part of the union stops after them."""
    columns = stmt.with_only_columns(Project.id, maintain_column_froms=True)
    parts = (
        columns.where(Project.lead_stage == stage).order_by(Project.stage_since, Project.id).limit(CARDS).subquery()
        for stage in LEAD_STAGES
    )
    return list(db.session.scalars(sa.union_all(*(sa.select(part) for part in parts))))


def _load_cards(actor: Actor, ids: list[int]) -> dict[LeadStage, list[LeadCard]]:
    cards: dict[LeadStage, list[LeadCard]] = {stage: [] for stage in LEAD_STAGES}
    if not ids:
        return cards
    steps, primes, now = load_next_steps(actor, ids), _load_primes(actor, ids), clock.now()
    names = (Project.id, Project.label, Project.native_label, Project.confidential, Project.city, Project.country)
    stmt = sa.select(*names, Project.bid_at, Project.zone, Project.lead_stage, Project.stage_since)
    stmt = stmt.where(Project.id.in_(ids)).order_by(Project.stage_since, Project.id)
    for *columns, stage, since in db.session.execute(stmt):
        days = (now - since).days
        project_id = columns[0]
        is_overdue = is_overdue_in_stage(stage, days)
        more = (days, is_overdue, primes.get(project_id, ""), steps.get(project_id))
        cards[stage].append(LeadCard._make((*columns, *more)))
    return cards


def _load_primes(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the name of the first prime of each project, as far as the actor may see it."""
    prime = alias(Record, "projects_prime")
    stmt = (
        sa.select(ProjectParty.project_id, prime.label, prime.native_label)
        .join(prime, prime.id == ProjectParty.organization_id)
        .where(ProjectParty.project_id.in_(ids), ProjectParty.role == ProjectRole.prime, visible(actor, prime))
        .order_by(ProjectParty.id.desc())
    )
    return {project_id: label or native for project_id, label, native in db.session.execute(stmt)}
