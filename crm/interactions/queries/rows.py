"""Rows returned by queries of interactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from crm.followups.queries import FollowUpRow
from crm.interactions.policy import (
    InteractionOutcome,
    InteractionState,
    InteractionType,
    PartySide,
    SentKind,
    SessionType,
    date_or_moment,
)
from crm.records.queries import FileRow


class LinkedRecord(NamedTuple):
    """A related record; `kind` leads to its page."""

    id: int
    kind: str
    label: str
    native_label: str


@dataclass(frozen=True)
class InteractionPartyRow:
    """An external participant with the organization on that day; without a person a label and a count."""

    person_id: int | None
    label: str
    native_label: str
    organization_id: int | None
    organization: str
    native_organization: str
    count: int
    side: PartySide
    zone: str | None


class InteractionClientRow(NamedTuple):
    """A client with the minutes of each user. Without funder for the China desk."""

    client_id: int
    label: str
    native_label: str
    contact: int
    prep: int
    travel: int
    funder_id: int | None
    funder: str
    session_type: SessionType | None
    countable: bool


@dataclass(frozen=True)
class InteractionRow:
    """An interaction in timelines and lists. `is_fact`: only date, kind and staff are known (another team's)."""

    id: int
    version: int
    state: InteractionState
    type: InteractionType
    reached: InteractionOutcome | None
    at: datetime
    wall: datetime
    time_known: bool
    zone: str
    minutes: int | None
    place: str
    subject: str
    notes: str
    english_line: str
    counselor_id: int | None
    confidential: bool
    is_fact: bool = False
    parties: tuple[InteractionPartyRow, ...] = ()
    staff: tuple[str, ...] = ()
    clients: tuple[InteractionClientRow, ...] = ()
    about: tuple[LinkedRecord, ...] = ()
    files: int = 0

    @property
    def shown_at(self) -> date:
        """Return the moment; only the date if the time isn't known."""
        return date_or_moment(self.at, self.wall, time_known=self.time_known)

    @property
    def ends_at(self) -> datetime:
        """Return the end; the start if the length is unknown."""
        return self.at + timedelta(minutes=self.minutes or 0)

    @property
    def people(self) -> tuple[InteractionPartyRow, ...]:
        return tuple(p for p in self.parties if p.person_id)


@dataclass(frozen=True)
class InteractionContents:
    parties: tuple[InteractionPartyRow, ...]
    staff: tuple[tuple[int, str], ...]
    clients: tuple[InteractionClientRow, ...]
    about: tuple[LinkedRecord, ...]
    sent: tuple[tuple[SentKind, str], ...]
    files: tuple[FileRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    moved_to_id: int | None

    @property
    def concerned_ids(self) -> list[int]:
        """What its follow-ups are about: ids of clients, people and organizations, else of the related records."""
        ids = [client.client_id for client in self.clients]
        ids += [i for party in self.parties for i in (party.person_id, party.organization_id) if i is not None]
        return list(dict.fromkeys(ids)) or [record.id for record in self.about]
