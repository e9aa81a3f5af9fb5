"""What a filed report counted, and how it differs from the present records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from crm.core.words import LabeledEnum, _l


class ReportKind(LabeledEnum):
    """What a filed report is about."""

    sessions = "sessions", _l("Counseling sessions (form 641)")
    assistance = "assistance", _l("Assistance (client report)")


class DifferenceKind(LabeledEnum):
    """How a session or assistance differs from what was filed."""

    removed = "removed", _l("No longer counted")
    added = "added", _l("Newly counted")
    changed = "changed", _l("Changed")


@dataclass(frozen=True)
class FiledSession:
    """A session as it was filed: ids, the date (ISO), the session type, and minutes."""

    interaction_id: int
    client_id: int
    on: str
    session_type: str
    contact: int
    prep: int
    travel: int

    @property
    def key(self) -> tuple[int, ...]:
        """The ids of the interaction and the client."""
        return self.interaction_id, self.client_id

    @property
    def record_ids(self) -> tuple[int, ...]:
        """The ids of the records that it is about, the client last."""
        return self.key

    def write(self) -> dict[str, Any]:
        """Return the stored form."""
        return asdict(self)


@dataclass(frozen=True)
class FiledAssistance:
    """Assistance as it was filed: ids, the date (ISO), the activity, and amounts in US dollars ("7500.00")."""

    assistance_id: int
    client_id: int
    on: str
    activity: str
    approved: str | None
    spent: str | None
    match: str | None

    @property
    def key(self) -> tuple[int, ...]:
        """The id of the assistance: a merge gives it another client."""
        return (self.assistance_id,)

    @property
    def record_ids(self) -> tuple[int, ...]:
        """The id of the client."""
        return (self.client_id,)

    def write(self) -> dict[str, Any]:
        """Return the stored form."""
        return asdict(self)


Filed = FiledSession | FiledAssistance


def read_filed(values: Mapping[str, Any]) -> Filed:
    """Return a session or assistance from its stored form."""
    return FiledAssistance(**values) if "assistance_id" in values else FiledSession(**values)


@dataclass(frozen=True)
class Difference:
    """A session or assistance that differs: as it was filed, and as it is; None where it isn't counted."""

    kind: DifferenceKind
    filed: Filed | None
    present: Filed | None

    @property
    def key(self) -> tuple[int, ...]:
        """The ids that identify what differs."""
        return self.newest.key if self.newest else (0, 0)

    @property
    def newest(self) -> Filed | None:
        """What differs as it is, or as it was filed if it isn't counted anymore."""
        return self.present or self.filed

    @property
    def record_ids(self) -> set[int]:
        """The ids of the records that it is and was about: interaction and client."""
        return {i for x in (self.filed, self.present) if x for i in x.record_ids}

    def write(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "kind": self.kind.value,
            "filed": self.filed.write() if self.filed else None,
            "present": self.present.write() if self.present else None,
        }

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Difference:
        """Return a difference from its stored form."""
        filed, present = (read_filed(x) if x else None for x in (values["filed"], values["present"]))
        return cls(DifferenceKind.from_code(values["kind"]), filed, present)

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The values that changed: filed and present, by field."""
        if self.filed is None or self.present is None:
            return {}
        before, after = self.filed.write(), self.present.write()
        return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def _kind_of(old: Filed | None, new: Filed | None) -> DifferenceKind:
    if old is None:
        return DifferenceKind.added
    return DifferenceKind.removed if new is None else DifferenceKind.changed


def find_differences(filed: Iterable[Filed], present: Iterable[Filed]) -> list[Difference]:
    """Return how the present sessions or assistance differ from the filed ones, in the order of their ids."""
    before, after = {x.key: x for x in filed}, {x.key: x for x in present}
    differences = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        differences.append(Difference(_kind_of(old, new), old, new))
    return differences


def suggest_period(starts_on: date, ends_on: date, filed_until: date | None, today: date) -> tuple[date, date | None]:
    """Return the first and last day of the next report of an award with these days.

    It begins after the last filed day and ends with the last whole month; None if that month is filed already.
    """
    first = starts_on if filed_until is None else filed_until + timedelta(days=1)
    last = min(ends_on, today.replace(day=1) - timedelta(days=1))
    return first, last if last >= first else None
