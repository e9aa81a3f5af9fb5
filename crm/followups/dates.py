"""The derived date that lists sort by: the next open follow-up of a record, per team."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache, partial

import sqlalchemy as sa

from crm.core.data.base import Select, db, fetch
from crm.core.data.record_dates import RecordDates, write_dates
from crm.core.data.together import run_together

from .enums import FollowUpState
from .models import FollowUp, FollowUpAbout


def next_steps_of(ids: Collection[int] | None = None) -> dict[tuple[int, int], date]:
    """Return (record, team) -> date of the earliest open follow-up; confidential ones leave no trace.

    `ids` None computes all records: for the check and the rebuild. A follow-up is about the records it names; the
    client of an opportunity counts only if it is named, too.
    """
    rows = fetch(_next_steps(of_all=ids is None), {"ids": list(ids or ())})
    return {(record_id, team_id): day for record_id, team_id, day in rows}


@cache
def _next_steps(*, of_all: bool) -> Select:
    due = sa.func.min(FollowUp.due_on)
    stmt = (
        sa.select(FollowUpAbout.record_id, FollowUp.team_id, due)
        .join(FollowUp, FollowUp.id == FollowUpAbout.followup_id)
        .where(FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None), sa.not_(FollowUp.confidential))
        .where(FollowUp.team_id.is_not(None))
        .group_by(FollowUpAbout.record_id, FollowUp.team_id)
    )
    return stmt if of_all else stmt.where(FollowUpAbout.record_id.in_(sa.bindparam("ids", expanding=True)))


_KEPT = sa.select(RecordDates.record_id, RecordDates.team_key, RecordDates.next_follow_up_on).where(
    RecordDates.record_id.in_(sa.bindparam("ids", expanding=True)), RecordDates.team_key != 0
)


def find_changed_next_steps(ids: Collection[int]) -> dict[tuple[int, int], dict[str, date | None]]:
    """Return the dates of the next follow-ups of these records that differ from the stored ones, for `write_dates`."""
    if not ids:
        return {}
    rows, next_steps = run_together(partial(fetch, _KEPT, {"ids": list(ids)}), partial(next_steps_of, ids))
    existing = {(record_id, team_id): day for record_id, team_id, day in rows}
    # Pairs without an open follow-up have no next date.
    computed = dict.fromkeys(existing, None) | next_steps
    return {
        key: {"next_follow_up_on": day} for key, day in computed.items() if key not in existing or existing[key] != day
    }


def refresh_next_steps(ids: Collection[int]) -> None:
    """Update `record_dates.next_follow_up_on` of these records, without new versions or history."""
    write_dates(find_changed_next_steps(ids))


def wrong_next_steps() -> list[tuple[int, int]]:
    """Return (record, team) pairs whose stored date is wrong: empty unless something is broken."""
    stmt = sa.select(RecordDates.record_id, RecordDates.team_key, RecordDates.next_follow_up_on).where(
        RecordDates.team_key != 0, RecordDates.next_follow_up_on.is_not(None)
    )
    existing = {(r, t): day for r, t, day in db.session.execute(stmt)}
    computed = next_steps_of()
    return sorted(key for key in existing.keys() | computed.keys() if existing.get(key) != computed.get(key))


def rebuild_next_steps() -> int:
    """Correct every wrong date; return how many records were changed."""
    wrong = {record_id for record_id, _team in wrong_next_steps()}
    refresh_next_steps(wrong)
    return len(wrong)
