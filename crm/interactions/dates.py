"""What is derived from contacts: in whose timeline one stands, and when each record was last in contact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import RecordDates

from .models import Interaction, InteractionClient, InteractionLink, InteractionParty
from .policy import InteractionState, Kind, Reached


class Last(NamedTuple):
    """When a record was last in contact, and when somebody was last reached."""

    contact_at: datetime | None
    reached_at: datetime | None


def refresh_links(interaction: Interaction, stated: Collection[int] | None = None) -> set[int]:
    """Bring the links of a contact up to date; `stated` replaces what it says it is about. Gives all ids touched."""
    db.session.flush()
    held = {x.record_id: x for x in db.session.scalars(_links_of(interaction.id))}
    said = set(stated) if stated is not None else {i for i, link in held.items() if link.stated}
    wanted = said | _derived(interaction.id)
    for record_id in held.keys() - wanted:
        db.session.delete(held[record_id])
    for record_id in wanted:
        link = held.get(record_id) or InteractionLink(record_id=record_id, interaction_id=interaction.id)
        link.at, link.stated = interaction.at, record_id in said
        db.session.add(link)
    db.session.flush()
    return wanted | held.keys()


def _links_of(interaction_id: int) -> sa.Select[InteractionLink]:
    return sa.select(InteractionLink).where(InteractionLink.interaction_id == interaction_id)


def _derived(interaction_id: int) -> set[int]:
    parties = sa.select(InteractionParty.person_id, InteractionParty.organization_id)
    found = {
        i for row in db.session.execute(parties.where(InteractionParty.interaction_id == interaction_id)) for i in row
    }
    clients = sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == interaction_id)
    return {i for i in found | set(db.session.scalars(clients)) if i is not None}


def last_contacts_of(ids: Collection[int] | None = None) -> dict[int, Last]:
    """Record -> last contact held, and last one in which somebody was reached; confidential ones leave no trace."""
    talked = sa.and_(Interaction.reached == Reached.talked, Interaction.what.not_in((Kind.note, Kind.lead)))
    asked = (
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
    if ids is not None:
        asked = asked.where(InteractionLink.record_id.in_(ids))
    return {record_id: Last(contact, reached) for record_id, contact, reached in db.session.execute(asked)}


def refresh_last_contacts(ids: Collection[int]) -> None:
    """Bring the last dates of these records up to date, past versions and history."""
    if not ids:
        return
    db.session.flush()
    wanted = last_contacts_of(ids)
    asked = sa.select(RecordDates.record_id).where(RecordDates.record_id.in_(ids), RecordDates.team_key == 0)
    held = set(db.session.scalars(asked))
    for record_id in ids:
        last = wanted.get(record_id, Last(None, None))
        values = {"last_interaction_at": last.contact_at, "last_reached_at": last.reached_at}
        if record_id in held:
            row = sa.and_(RecordDates.record_id == record_id, RecordDates.team_key == 0)
            db.session.execute(sa.update(RecordDates).where(row).values(values))
        elif record_id in wanted:
            db.session.execute(sa.insert(RecordDates).values(record_id=record_id, team_key=0, **values))


def wrong_last_contacts() -> list[int]:
    """Records whose kept last dates are not the computed ones: empty unless something is broken."""
    asked = sa.select(RecordDates.record_id, RecordDates.last_interaction_at, RecordDates.last_reached_at)
    kept = {
        i: Last(contact, reached) for i, contact, reached in db.session.execute(asked.where(RecordDates.team_key == 0))
    }
    wanted = last_contacts_of()
    none = Last(None, None)
    return sorted(i for i in kept.keys() | wanted.keys() if kept.get(i, none) != wanted.get(i, none))


def rebuild_last_contacts() -> int:
    """Mend every wrong date; gives how many records were touched."""
    wrong = wrong_last_contacts()
    refresh_last_contacts(wrong)
    return len(wrong)
