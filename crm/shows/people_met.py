"""People met at shows, so that someone whose name is forgotten is found by the show."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, db
from crm.core.data.record import Record, visible
from crm.core.hooks import SEARCH_CANDIDATES
from crm.core.policy import Actor
from crm.core.search.search import SearchResult, search
from crm.interactions.models import Interaction, InteractionLink, InteractionParty
from crm.interactions.policy import InteractionState

from .models import MeetingPerson, ShowMeeting, ShowParticipant
from .policy import Attendance, MeetingState
from .queries import visible_meetings

MAX_SHOWS_PER_QUERY = 5
MISSED = (Attendance.no_show, Attendance.canceled)


class ShowContact(NamedTuple):
    """A person who was met at a show, or is only expected there (`was_met` is False)."""

    id: int
    label: str
    native_label: str
    show_id: int
    was_met: bool


def list_people_met(actor: Actor, show_ids: Collection[int], limit: int) -> list[ShowContact]:
    """Return the visible people of these shows: from visible interactions and meetings, and participants.

    Who was in an interaction or a meeting that was held, or attended, was met; the others are expected.
    """
    if not show_ids:
        return []
    sources = sa.union(
        _from_interactions(actor, show_ids), _from_meetings(actor, show_ids), _from_participants(show_ids)
    ).subquery()
    met_at_id = sa.func.max(sources.c.met_at_id)
    show_id = sa.func.coalesce(met_at_id, sa.func.max(sources.c.show_id))
    stmt = (
        sa.select(Record.id, Record.label, Record.native_label, show_id, met_at_id.is_not(None))
        .join(sources, sources.c.person_id == Record.id)
        .where(Record.kind == "person", Record.archived_at.is_(None), visible(actor))
        .group_by(Record.id, Record.label, Record.native_label, Record.sort_key)
        .order_by(Record.sort_key, Record.id)
        .limit(limit)
    )
    return [ShowContact._make(row) for row in db.session.execute(stmt)]


def _from_interactions(actor: Actor, show_ids: Collection[int]) -> Select:
    """Select the people of interactions that took place: person, show, and the show at which they were met."""
    interaction, link, party = Interaction, InteractionLink, InteractionParty
    return (
        sa.select(
            party.person_id.label("person_id"), link.record_id.label("show_id"), link.record_id.label("met_at_id")
        )
        .join(link, link.interaction_id == party.interaction_id)
        .join(interaction, interaction.id == link.interaction_id)
        .where(
            link.record_id.in_(show_ids), interaction.state == InteractionState.held, interaction.archived_at.is_(None)
        )
        .where(visible(actor, interaction))
    )


def _from_meetings(actor: Actor, show_ids: Collection[int]) -> Select:
    met_at_id = sa.case((ShowMeeting.state == MeetingState.held, ShowMeeting.show_id))
    return (
        sa.select(MeetingPerson.person_id, ShowMeeting.show_id, met_at_id)
        .join(ShowMeeting, ShowMeeting.id == MeetingPerson.meeting_id)
        .where(ShowMeeting.show_id.in_(show_ids), visible_meetings(actor))
        .where(ShowMeeting.state.not_in((MeetingState.no_show, MeetingState.canceled)))
    )


def _from_participants(show_ids: Collection[int]) -> Select:
    participant = ShowParticipant
    met_at_id = sa.case((participant.attendance == Attendance.attended, participant.show_id))
    return sa.select(participant.record_id, participant.show_id, met_at_id).where(
        participant.show_id.in_(show_ids), participant.attendance.not_in(MISSED)
    )


def find_shows(actor: Actor, text: str) -> dict[int, str]:
    """Return up to a few shows that a text finds, with their names."""
    shows = search(actor, text, ("show",), MAX_SHOWS_PER_QUERY, typos=False)
    return {show.id: show.label or show.native_label for show in shows}


def _find_people_met(actor: Actor, text: str, limit: int) -> list[SearchResult]:
    people = list_people_met(actor, find_shows(actor, text), limit)
    return [SearchResult(m.id, "person", m.label, m.native_label, archived=False) for m in people]


SEARCH_CANDIDATES["person"] = _find_people_met
