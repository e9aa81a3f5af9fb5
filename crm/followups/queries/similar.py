"""Open follow-ups that new ones would repeat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.followups.models import FollowUp
from crm.followups.policy import SIMILAR_WITHIN_DAYS, FollowUpFacts, are_alike, are_same

from .followups import select_open_about
from .rows import AboutRow, FollowUpRow, with_about

MAX_CANDIDATES = 100
FEW = 3


def find_similar(
    actor: Actor,
    planned: Sequence[FollowUpFacts],
    today: date,
    *,
    uid: str | None = None,
    closing: Collection[int] = (),
) -> list[list[FollowUpRow]]:
    """Return for each planned follow-up a few open ones of the same records that seem to be it, the latest due first.

    Left out are those that the form with this `uid` created, itself or with an interaction, and those in `closing`.
    """
    ids = {record_id for facts in planned for _kind, record_id in facts.about}
    if not ids:
        return [[] for _facts in planned]
    latest = max(facts.due_on for facts in planned) + timedelta(days=SIMILAR_WITHIN_DAYS)
    rows = _open_until(actor, ids=sorted(ids), latest=latest, uid=uid or "", closing=list(closing))
    alike = [row for row in rows if any(are_alike(facts, _facts(row), today) for facts in planned)]
    existing = [(row, _facts(row, row.about)) for row in with_about(actor, alike)]
    return [[row for row, facts in existing if are_same(each, facts, today)][:FEW] for each in planned]


@cached_query
def _open_until(viewer: AccessProfile) -> Select:
    source = sa.select(Record.id).where(Record.uid == sa.bindparam("uid"), Record.kind == "interaction")
    stmt = select_open_about(viewer, sa.bindparam("ids", expanding=True)).where(
        FollowUp.due_on <= sa.bindparam("latest", type_=sa.Date),
        FollowUp.uid != sa.bindparam("uid"),
        sa.or_(FollowUp.source_id.is_(None), FollowUp.source_id.not_in(source)),
        FollowUp.id.not_in(sa.bindparam("closing", expanding=True)),
    )
    return stmt.order_by(FollowUp.due_on.desc(), FollowUp.id.desc()).limit(MAX_CANDIDATES)


def _facts(row: Any, about: Iterable[AboutRow] = ()) -> FollowUpFacts:
    return FollowUpFacts(row.title, row.side, row.due_on, frozenset((a.kind, a.id) for a in about))
