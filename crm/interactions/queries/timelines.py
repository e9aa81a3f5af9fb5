"""The timeline of a record: interactions, closed follow-ups and other events, newest first, and what is planned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, time
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from crm.calendars import resolve_local
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, fetch, row_id
from crm.core.data.page_positions import PagePosition, is_older
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.errors import BadRequest
from crm.core.forms.params import parse_moment
from crm.core.policy import Actor
from crm.core.search import search
from crm.core.words import _
from crm.followups.queries import FollowUpRow, load_timeline_follow_ups
from crm.interactions.models import Interaction, InteractionLink, InteractionParty
from crm.interactions.policy import InteractionState, InteractionType

from .interactions import COLUMNS, load_interaction_rows
from .rows import InteractionRow

PAGE = 20
MAX_UPCOMING = 50
FOLLOW_UPS = "followup"
LINKED = declare_pointers(InteractionLink.record_id)
MAX_ID = 2**31 - 1


class TimelineEvent(NamedTuple):
    """A short line about what happened to a record: a text, a title that links to `url`, and who did it and why.

    `about` names the record, with a link, if it isn't that of the page.
    """

    at: datetime
    id: int
    icon: str
    text: str = ""
    title: str = ""
    url: str = ""
    details: str = ""
    about: str = ""
    about_url: str = ""


EventSource: TypeAlias = Callable[[PagePosition | None, str, int], Sequence[TimelineEvent]]
"""Returns the newest events after a position, with a text ("" for all) and at most as many as the last argument."""


class TimelineEntry(NamedTuple):
    """One entry: an interaction, a follow-up or an event. Entries of one moment are sorted by `rank`, then by id.

    `rank` is 0 for interactions and follow-ups, which are records, and the number of the source for events.
    """

    at: datetime
    id: int
    rank: int = 0
    interaction: InteractionRow | None = None
    follow_up: FollowUpRow | None = None
    event: TimelineEvent | None = None


class Timeline(NamedTuple):
    """A page of a timeline. `next_cursor`: cursor of the next page, None at the end. `upcoming`: planned entries."""

    entries: list[TimelineEntry]
    next_cursor: str | None
    upcoming: list[TimelineEntry]


def timeline(
    actor: Actor,
    record_id: int,
    kinds: Collection[str] = (),
    q: str = "",
    cursor: str | None = None,
    sources: Sequence[EventSource] = (),
) -> Timeline:
    """Return a page of 20 entries of a record, newest first. The caller checks that the actor sees the record.

    `kinds`: codes of InteractionType, and "followup"; empty means all. `q` searches subject, people and notes.
    `sources` are the events among the entries. Another team's interaction with a shared person is one line with date,
    type and staff. The first unfiltered page includes planned interactions and open follow-ups, earliest first. Raises
    BadRequest for an invalid cursor.
    """
    last = _parse_cursor(cursor)
    before = _position_of(last, 0)
    is_whole = not (kinds or q or before)
    limit = PAGE + 1 if FOLLOW_UPS in kinds or not kinds else 0
    max_upcoming = MAX_UPCOMING if is_whole else 0
    (past, planned), (closed, open_follow_ups), *events = run_together(
        partial(_load_interactions, actor, record_id, kinds, q, before),
        partial(load_timeline_follow_ups, actor, record_id, before=before, text=q, limit=limit, upcoming=max_upcoming),
        *(partial(source, _position_of(last, rank), q, PAGE + 1) for rank, source in enumerate(sources, 1)),
    )
    entries = [TimelineEntry(row.at, row.id, interaction=row) for row in past]
    entries += [TimelineEntry(t.closed_at, t.id, follow_up=t) for t in closed if t.closed_at is not None]
    for rank, events_of_source in enumerate(events, 1):
        entries += [TimelineEntry(event.at, event.id, rank, event=event) for event in events_of_source]
    entries.sort(key=lambda e: (e.at, e.rank, e.id), reverse=True)
    upcoming = [TimelineEntry(row.at, row.id, interaction=row) for row in planned]
    upcoming += [TimelineEntry(_due_moment(t), t.id, follow_up=t) for t in open_follow_ups]
    next_cursor = _write_cursor(entries[PAGE - 1]) if len(entries) > PAGE else None
    return Timeline(entries[:PAGE], next_cursor, sorted(upcoming, key=lambda e: (e.at, e.id)))


def _load_interactions(
    actor: Actor, record_id: int, kinds: Collection[str], q: str, before: Any
) -> tuple[list[InteractionRow], list[InteractionRow]]:
    """Return the past interactions of a page, and on the first unfiltered one those that are planned."""
    if not may_have_rows(record_id, LINKED):
        return [], []
    chosen = [kind for kind in InteractionType if kind.value in kinds]
    past, planned = run_together(
        lambda: _load_past(actor, record_id, chosen, q, before) if chosen or not kinds else (),
        lambda: () if kinds or q or before else _select_planned(actor, record=record_id),
    )
    rows = load_interaction_rows(actor, [*past, *planned])
    return rows[: len(past)], rows[len(past) :]


def _write_cursor(entry: TimelineEntry) -> str:
    text = f"{entry.at.isoformat()}~{entry.id}"
    return f"{text}~{entry.rank}" if entry.rank else text


def _parse_cursor(cursor: str | None) -> TimelineEntry | None:
    """Return the moment, id and rank of the last entry of the page before."""
    if not cursor:
        return None
    text, _mark, numbers = cursor.partition("~")
    last_id, _mark, rank = numbers.partition("~")
    try:
        return TimelineEntry(parse_moment(text).astimezone(UTC), row_id(last_id), row_id(rank or "0"))
    except ValueError:
        raise BadRequest(_("Reload the page. This part of the timeline couldn't be loaded.")) from None


def _position_of(last: TimelineEntry | None, rank: int) -> PagePosition | None:
    """Return where the entries of a rank continue: all, some or none of those of the last moment are still to come."""
    if last is None:
        return None
    if rank == last.rank:
        return last.at, last.id
    return last.at, MAX_ID if rank < last.rank else 0


def _load_past(
    actor: Actor, record_id: int, types: list[InteractionType], q: str, before: PagePosition | None
) -> Sequence[Any]:
    if not (types or q or before):
        return _select_newest(actor, record=record_id)
    stmt = _past_stmt(actor, record_id)
    if before is not None:
        stmt = stmt.where(is_older(InteractionLink.at, Interaction.id, before))
    if types:
        stmt = stmt.where(Interaction.type.in_(types))
    if q:
        # Interactions known only as facts are not searched.
        condition = sa.or_(search.matching(q, Interaction.id), Interaction.notes.icontains(q, autoescape=True))
        stmt = stmt.where(visible(actor, Interaction), condition)
    return fetch(stmt)


@cached_query
def _select_newest(profile: AccessProfile) -> Select:
    return _past_stmt(profile, sa.bindparam("record", type_=sa.Integer))


def _past_stmt(viewer: Actor | AccessProfile, record_id: Any) -> sa.Select[Any]:
    is_visible = visible(viewer, Interaction)
    return (
        _timeline_stmt(record_id, sa.not_(is_visible))
        .where(Interaction.state != InteractionState.planned, sa.or_(is_visible, is_fact(record_id)))
        .order_by(InteractionLink.at.desc(), Interaction.id.desc())
        .limit(PAGE + 1)
    )


def _timeline_stmt(record_id: Any, hidden: sa.ColumnElement[bool]) -> sa.Select[Any]:
    link = InteractionLink
    return (
        sa.select(*COLUMNS, sa.type_coerce(hidden, sa.Boolean).label("is_fact"))
        .join(link, link.interaction_id == Interaction.id)
        .where(link.record_id == record_id, Interaction.archived_at.is_(None))
    )


def is_fact(person_id: Any) -> sa.ColumnElement[bool]:
    """Build the condition that everybody may know of it: held, not confidential, with a shared person."""
    party, person = InteractionParty, alias(Record, "timeline_person")
    is_shared = (
        sa.exists()
        .where(party.interaction_id == Interaction.id, party.person_id == person_id, person.id == party.person_id)
        .where(person.kind == "person", person.team_id.is_(None))
    )
    return sa.and_(
        sa.not_(Interaction.confidential),
        Interaction.state == InteractionState.held,
        is_shared.correlate_except(party, person),
    )


@cached_query
def _select_planned(profile: AccessProfile) -> Select:
    return (
        _timeline_stmt(sa.bindparam("record"), sa.false())
        .where(visible(profile, Interaction), Interaction.state == InteractionState.planned)
        .order_by(InteractionLink.at)
        .limit(MAX_UPCOMING)
    )


def _due_moment(follow_up: FollowUpRow) -> datetime:
    """Return the moment to sort a follow-up by: the end of its day if it has no time."""
    return follow_up.due_at or resolve_local(follow_up.due_on, time(23, 59), follow_up.zone)
