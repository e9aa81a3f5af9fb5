"""Data derived from interactions: links to the timelines of records, and the last interaction of each record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, fetch
from crm.core.data.record_dates import RecordDates, write_dates
from crm.core.data.together import run_together

from .children import InteractionChildren
from .models import Interaction, InteractionClient, InteractionLink, InteractionParty
from .policy import InteractionOutcome, InteractionState, InteractionType


class LastDates(NamedTuple):
    """When the last interaction with a record took place, and the last one in which someone was reached."""

    last_interaction_at: datetime | None
    last_reached_at: datetime | None


def refresh_links(children: InteractionChildren, stated: Collection[int] | None = None) -> set[int]:
    """Update the links of an interaction; `stated` replaces its related records. Return the affected record ids."""
    existing = {x.record_id: x.stated for x in children.of(InteractionLink)}
    stated_ids = {i for i, is_stated in existing.items() if is_stated} if stated is None else set(stated)
    record_ids = stated_ids | _list_derived_ids(children)
    rows = [{"record_id": i, "at": children.row.at, "stated": i in stated_ids} for i in sorted(record_ids)]
    children.sync_rows(InteractionLink, rows, lambda x: x.record_id)
    return record_ids | existing.keys()


def _list_derived_ids(children: InteractionChildren) -> set[int]:
    ids: set[int | None] = {row.client_id for row in children.of(InteractionClient)}
    for party in children.of(InteractionParty):
        ids |= {party.person_id, party.organization_id}
    return {record_id for record_id in ids if record_id is not None}


def load_last_dates(ids: Collection[int] | None = None) -> dict[int, LastDates]:
    """Return the last dates by record id, computed from held interactions that are not confidential."""
    rows = fetch(_last_dates_stmt(of_all=ids is None), {"ids": list(ids or ())})
    return {record_id: LastDates(interacted_at, reached_at) for record_id, interacted_at, reached_at in rows}


@cache
def _last_dates_stmt(*, of_all: bool) -> Select:
    talked = sa.and_(
        Interaction.reached == InteractionOutcome.talked,
        Interaction.type.not_in((InteractionType.note, InteractionType.lead)),
    )
    stmt = (
        sa.select(
            InteractionLink.record_id,
            sa.func.max(InteractionLink.at),
            sa.func.max(sa.case((talked, InteractionLink.at))),
        )
        .join(Interaction, Interaction.id == InteractionLink.interaction_id)
        .where(Interaction.state == InteractionState.held, Interaction.archived_at.is_(None))
        .where(sa.not_(Interaction.confidential))
        .group_by(InteractionLink.record_id)
    )
    return stmt if of_all else stmt.where(InteractionLink.record_id.in_(sa.bindparam("ids", expanding=True)))


def find_changed_last_dates(ids: Collection[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the last dates of these records that differ from the stored ones, for `write_dates`."""
    if not ids:
        return {}
    computed, stored = run_together(partial(load_last_dates, ids), partial(_load_stored_dates, ids))
    none = LastDates(None, None)
    return {(i, 0): computed.get(i, none)._asdict() for i in ids if computed.get(i, none) != stored.get(i, none)}


def update_last_dates(ids: Collection[int]) -> None:
    """Update the last dates of these records without a new version or history."""
    write_dates(find_changed_last_dates(ids))


def _load_stored_dates(ids: Collection[int] | None = None) -> dict[int, LastDates]:
    rows = fetch(_stored_dates_stmt(of_all=ids is None), {"ids": list(ids or ())})
    return {i: LastDates(interacted_at, reached_at) for i, interacted_at, reached_at in rows}


@cache
def _stored_dates_stmt(*, of_all: bool) -> Select:
    stmt = sa.select(RecordDates.record_id, RecordDates.last_interaction_at, RecordDates.last_reached_at)
    stmt = stmt.where(RecordDates.team_key == 0)
    return stmt if of_all else stmt.where(RecordDates.record_id.in_(sa.bindparam("ids", expanding=True)))


def find_wrong_last_dates() -> list[int]:
    """Return the ids of records whose stored last dates differ from the computed ones."""
    computed, stored = load_last_dates(), _load_stored_dates()
    none = LastDates(None, None)
    return sorted(i for i in stored.keys() | computed.keys() if stored.get(i, none) != computed.get(i, none))


def rebuild_last_dates() -> int:
    """Correct every wrong date; return the number of corrected records."""
    wrong = find_wrong_last_dates()
    update_last_dates(wrong)
    return len(wrong)
