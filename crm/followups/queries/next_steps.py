"""The next step of records, with its title."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout


class NextStepRow(NamedTuple):
    """The next open follow-up of a record."""

    on: date
    title: str


def load_next_steps(actor: Actor, ids: Collection[int]) -> dict[int, NextStepRow]:
    """Return the next open follow-up of each record; confidential ones only for confidential records."""
    steps: dict[int, NextStepRow] = {}
    for record_id, due_on, title in _steps(actor, ids=list(ids)) if ids else ():
        steps.setdefault(record_id, NextStepRow(due_on, title))
    return steps


@cached_query
def _steps(viewer: AccessProfile) -> Select:
    record = alias(Record, "followups_record")
    is_open = (FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None), visible(viewer, FollowUp))
    return (
        sa.select(FollowUpAbout.record_id, FollowUp.due_on, FollowUp.title)
        .join(FollowUp, FollowUp.id == FollowUpAbout.followup_id)
        .join(record, record.id == FollowUpAbout.record_id)
        .where(FollowUpAbout.record_id.in_(sa.bindparam("ids", expanding=True)), *is_open)
        .where(sa.or_(sa.not_(FollowUp.confidential), record.confidential))
        .order_by(FollowUp.due_on, FollowUp.id)
    )
