"""Open follow-ups that a new one would repeat."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.policy import Actor
from crm.followups.models import FollowUp
from crm.followups.policy import SIMILAR_WITHIN_DAYS, FollowUpFacts, are_same

from .followups import select_open_about
from .rows import ToDo, with_about

MAX_CANDIDATES = 100
FEW = 3


def similar_to(actor: Actor, planned: FollowUpFacts, today: date, *, uid: str | None = None) -> list[ToDo]:
    """Return a few open follow-ups of the same records that seem to be the planned one, the latest due first.

    The one that was created with `uid` is left out: it was saved by the same form.
    """
    ids = [record_id for _kind, record_id in planned.about]
    if not ids:
        return []
    latest = planned.due_on + timedelta(days=SIMILAR_WITHIN_DAYS)
    rows = with_about(actor, _open_until(actor, ids=ids, latest=latest, uid=uid or ""))
    return [row for row in rows if are_same(planned, _facts(row), today)][:FEW]


@cached_query
def _open_until(viewer: AccessProfile) -> Select:
    stmt = select_open_about(viewer, sa.bindparam("ids", expanding=True)).where(
        FollowUp.due_on <= sa.bindparam("latest", type_=sa.Date), FollowUp.uid != sa.bindparam("uid")
    )
    return stmt.order_by(FollowUp.due_on.desc(), FollowUp.id.desc()).limit(MAX_CANDIDATES)


def _facts(row: ToDo) -> FollowUpFacts:
    return FollowUpFacts(row.title, row.side, row.due_on, frozenset((a.kind, a.id) for a in row.about))
