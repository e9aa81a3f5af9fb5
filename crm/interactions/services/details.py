"""Values of an interaction besides its own columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.interactions.policy import PartySide, SentKind, SessionType


@dataclass(frozen=True)
class PartyValues:
    """An external participant: a person, or a label with a count ("2 engineers"), at an organization.

    Without a side: the stored one, else the client's if the organization is a client, else the host's.
    """

    person_id: int | None = None
    organization_id: int | None = None
    label: str | None = None
    count: int = 1
    side: PartySide | None = None


@dataclass(frozen=True)
class ClientMinutes:
    """A client the interaction was for; minutes apply to each user who took part."""

    client_id: int
    contact: int = 0
    prep: int = 0
    travel: int = 0
    funder_id: int | None = None
    session_type: SessionType | None = None
    countable: bool = True

    @property
    def minutes(self) -> tuple[int, int, int]:
        """Return contact, preparation and travel minutes."""
        return self.contact, self.prep, self.travel


@dataclass(frozen=True)
class InteractionDetails:
    """All values of an interaction besides its own columns; None leaves the stored rows unchanged."""

    parties: Sequence[PartyValues] | None = None
    staff_ids: Collection[int] | None = None
    clients: Sequence[ClientMinutes] | None = None
    about: Collection[int] | None = None
    sent: Sequence[tuple[SentKind, str]] | None = None
    follow_ups: Sequence[Mapping[str, Any]] = field(default=())
    closes: Collection[int] = ()
