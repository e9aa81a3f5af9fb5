"""The rows that questions about contacts give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from crm.followups.queries import ToDo
from crm.interactions.policy import InteractionState, Kind, PartySide, Reached, SentKind, SessionType
from crm.records.queries import FileRow


class LinkedRecord(NamedTuple):
    """A record by its names; `kind` leads to its page."""

    id: int
    kind: str
    label: str
    native_label: str


@dataclass(frozen=True)
class InteractionPartyRow:
    """Somebody of their side, with the organization of that day; without a person a label and a count."""

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
    """A client it was for, with the minutes each of us spent. No funder for the China desk."""

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
    """A contact as timelines and lists show it. `is_fact`: only that it took place, of another team with one shared."""

    id: int
    version: int
    state: InteractionState
    what: Kind
    reached: Reached | None
    at: datetime
    wall: datetime
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
    def ends_at(self) -> datetime:
        """When it is over: at its beginning where its length is not said."""
        return self.at + timedelta(minutes=self.minutes or 0)

    @property
    def people(self) -> tuple[InteractionPartyRow, ...]:
        """The parties who have names."""
        return tuple(p for p in self.parties if p.person_id)


@dataclass(frozen=True)
class Details:
    """All that stands under one contact, for its page and its form."""

    parties: tuple[InteractionPartyRow, ...]
    staff: tuple[tuple[int, str], ...]
    clients: tuple[InteractionClientRow, ...]
    about: tuple[LinkedRecord, ...]
    sent: tuple[tuple[SentKind, str], ...]
    files: tuple[FileRow, ...]
    follow_ups: tuple[ToDo, ...]
    moved_to_id: int | None
