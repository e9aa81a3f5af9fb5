"""Milestones that an actor may see, as frozen rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, get_visible, visible
from crm.core.policy import Actor
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus, PublishConsent

from .parts import select_credited

CLIENT = alias(Record, "milestone_client")
MAX_ON_PAGE = 50


class MilestoneRow(NamedTuple):
    """A milestone in lists, panels and reports.

    `amount` and `funder_id` are None for those who may not see money. `client` is "" if the client is hidden.
    `counselor` is the name of the user responsible for it.
    """

    id: int
    label: str
    team_id: int | None
    confidential: bool
    counselor_id: int | None
    counselor: str | None
    client_id: int
    client: str
    native_client: str
    opportunity_id: int | None
    type: MilestoneKind
    status: MilestoneStatus
    amount: Decimal | None
    currency: str
    jobs: int | None
    country: str | None
    on: date
    reported_on: date
    funder_id: int | None
    confirmed_on: date | None
    publish: PublishConsent

    @property
    def is_confirmed(self) -> bool:
        """Whether the client has confirmed it."""
        return self.confirmed_on is not None


def visible_milestones(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the milestones that the viewer may see, archived ones too."""
    return sa.select(Milestone).where(visible(viewer, Milestone))


def get_milestone(actor: Actor, milestone_id: int, right: str | None = None) -> Milestone:
    """Return a milestone. Raises NotFound, and Forbidden without the right for it."""
    return get_visible(Milestone, actor, milestone_id, right)


def list_milestones(actor: Actor, first: date, last: date) -> list[MilestoneRow]:
    """List the visible, active milestones of a period by their date, expected and actual; the newest first."""
    return _build_rows(actor, _in_period(actor, first=first, last=last))


def list_milestones_of(actor: Actor, record: Record) -> list[MilestoneRow]:
    """List the visible, active milestones in which a record had a part, the newest first; at most MAX_ON_PAGE.

    For a client its own; for an opportunity, project, show, China rep or U.S. post those whose chain has it.
    """
    return _build_rows(actor, _select_credited(actor, record.kind, record=record.id))


def list_milestones_of_survey(actor: Actor, survey_id: int) -> list[MilestoneRow]:
    """List the visible milestones that came of a survey."""
    return _build_rows(actor, _of_survey(actor, survey=survey_id))


@cached_query
def _of_survey(viewer: AccessProfile) -> Select:
    return _rows(viewer).where(Milestone.survey_id == sa.bindparam("survey", type_=sa.Integer))


@cached_query
def _in_period(viewer: AccessProfile) -> Select:
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    return _rows(viewer).where(Milestone.on.between(first, last), Milestone.archived_at.is_(None))


@cached_query
def _select_credited(viewer: AccessProfile, kind: str) -> Select:
    ids = select_credited(viewer, kind, sa.bindparam("record", type_=sa.Integer))
    return _rows(viewer).where(Milestone.id.in_(ids), Milestone.archived_at.is_(None)).limit(MAX_ON_PAGE)


def _rows(viewer: AccessProfile) -> Select:
    is_readable = sa.or_(sa.not_(CLIENT.confidential), visible(viewer, CLIENT))
    columns: tuple[Any, ...] = (
        Milestone.id,
        Milestone.label,
        Milestone.team_id,
        Milestone.confidential,
        Milestone.counselor_id,
        User.name,
        Milestone.client_id,
        sa.func.coalesce(CLIENT.label, ""),
        sa.func.coalesce(CLIENT.native_label, ""),
        Milestone.opportunity_id,
        Milestone.type,
        Milestone.status,
        Milestone.amount,
        Milestone.currency,
        Milestone.jobs,
        Milestone.country,
        Milestone.on,
        Milestone.reported_on,
        Milestone.funder_id,
        Milestone.confirmed_on,
        Milestone.publish,
    )
    return (
        visible_milestones(viewer)
        .outerjoin(CLIENT, sa.and_(CLIENT.id == Milestone.client_id, is_readable))
        .outerjoin(User, User.id == Milestone.counselor_id)
        .with_only_columns(*columns, maintain_column_froms=True)
        .order_by(Milestone.on.desc(), Milestone.id.desc())
    )


def _build_rows(actor: Actor, rows: Collection[Any]) -> list[MilestoneRow]:
    milestones = [MilestoneRow._make(row) for row in rows]
    if not actor.hides_money:
        return milestones
    return [row._replace(amount=None, funder_id=None) for row in milestones]
