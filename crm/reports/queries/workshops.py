"""The workshops and webinars of a period, and their participants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import visible
from crm.shows.models import Show
from crm.shows.policy import WORKSHOPS
from crm.shows.queries import AttendedRow, list_attendees

from .scope import COUNSELOR, Scope, ScopeParts


def list_workshops(scope: Scope, first: date, last: date) -> tuple[Sequence[Any], list[AttendedRow]]:
    """Return the events that begin from a day to a day (id, label, native_label, starts_on), and who is on their lists.

    With a counselor those that this user is responsible for; with teams their clients and people, and shared ones.
    """
    events = scope.fetch(_workshops, first=first, last=last)
    ids = {event.id for event in events}
    rows = [row for row in list_attendees(scope.actor, first, last) if row.show_id in ids]
    teams = scope.teams
    return events, [row for row in rows if teams is None or row.team_id is None or row.team_id in teams]


@cached_query
def _workshops(viewer: AccessProfile, parts: ScopeParts) -> Select:
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    stmt = (
        sa.select(Show.id, Show.label, Show.native_label, Show.starts_on)
        .where(Show.type.in_(WORKSHOPS), Show.starts_on.between(first, last), Show.archived_at.is_(None))
        .where(sa.not_(Show.confidential), visible(viewer, Show))
    )
    stmt = stmt.where(Show.counselor_id == COUNSELOR) if parts.counselor else stmt
    return stmt.order_by(Show.starts_on.desc(), Show.id.desc())
