"""What is derived from contacts: in whose timeline one stands, and when each record was last in contact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, db, fetch
from crm.core.data.record_dates import RecordDates, write_dates

from .children import InteractionChildren
from .models import Interaction, InteractionClient, InteractionLink, InteractionParty
from .policy import InteractionState, Kind, Reached


class Last(NamedTuple):
    """When a record was last in contact, and when somebody was last reached."""

    last_interaction_at: datetime | None
    last_reached_at: datetime | None


def refresh_links(under: InteractionChildren, stated: Collection[int] | None = None) -> set[int]:
    """Bring the links of a contact up to date; `stated` replaces what it says it is about. Gives all ids touched."""
    held = {x.record_id: x.stated for x in under.of(InteractionLink)}
    said = {i for i, is_stated in held.items() if is_stated} if stated is None else set(stated)
    wanted = said | _derived(under)
    rows = [{"record_id": i, "at": under.row.at, "stated": i in said} for i in sorted(wanted)]
    under.keep(InteractionLink, rows, lambda x: x.record_id)
    return wanted | held.keys()


def _derived(under: InteractionChildren) -> set[int]:
    found = {i for party in under.of(InteractionParty) for i in (party.person_id, party.organization_id)}
    return {i for i in (*found, *(x.client_id for x in under.of(InteractionClient))) if i is not None}


def load_last_dates(ids: Collection[int] | None = None) -> dict[int, Last]:
    """Record -> last contact held, and last one in which somebody was reached; confidential ones leave no trace."""
    rows = fetch(_last_contacts(of_all=ids is None), {"ids": list(ids or ())})
    return {record_id: Last(contact, reached) for record_id, contact, reached in rows}


@cache
def _last_contacts(*, of_all: bool) -> Select:
    talked = sa.and_(Interaction.reached == Reached.talked, Interaction.what.not_in((Kind.note, Kind.lead)))
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


def update_last_dates(ids: Collection[int]) -> None:
    """Bring the last dates of these records up to date, past versions and history."""
    if not ids:
        return
    db.session.flush()
    wanted, kept = load_last_dates(ids), _kept(ids)
    none = Last(None, None)
    write_dates(
        {(i, 0): wanted.get(i, none)._asdict() for i in ids if wanted.get(i, none) != kept.get(i, none)},
        held={(i, 0) for i in kept},
    )


def _kept(ids: Collection[int] | None = None) -> dict[int, Last]:
    rows = fetch(_kept_dates(of_all=ids is None), {"ids": list(ids or ())})
    return {i: Last(contact, reached) for i, contact, reached in rows}


@cache
def _kept_dates(*, of_all: bool) -> Select:
    stmt = sa.select(RecordDates.record_id, RecordDates.last_interaction_at, RecordDates.last_reached_at)
    stmt = stmt.where(RecordDates.team_key == 0)
    return stmt if of_all else stmt.where(RecordDates.record_id.in_(sa.bindparam("ids", expanding=True)))


def find_wrong_last_dates() -> list[int]:
    """Records whose kept last dates are not the computed ones: empty unless something is broken."""
    wanted, kept = load_last_dates(), _kept()
    none = Last(None, None)
    return sorted(i for i in kept.keys() | wanted.keys() if kept.get(i, none) != wanted.get(i, none))


def rebuild_last_dates() -> int:
    """Mend every wrong date; gives how many records were touched."""
    wrong = find_wrong_last_dates()
    update_last_dates(wrong)
    return len(wrong)
