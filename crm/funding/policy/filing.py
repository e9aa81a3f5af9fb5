"""What a filed report counted, and how it differs from the present records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from crm.core.words import LabeledEnum, _l


class DifferenceKind(LabeledEnum):
    """How a session differs from what was filed."""

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
    def key(self) -> tuple[int, int]:
        """The ids of the interaction and the client."""
        return self.interaction_id, self.client_id

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> FiledSession:
        """Return a session from its stored form."""
        return cls(**values)

    def write(self) -> dict[str, Any]:
        """Return the stored form."""
        return asdict(self)


@dataclass(frozen=True)
class Difference:
    """A session that differs: as it was filed, and as it is; None where it isn't counted."""

    kind: DifferenceKind
    filed: FiledSession | None
    present: FiledSession | None

    @property
    def key(self) -> tuple[int, int]:
        """The ids of the interaction and the client."""
        session = self.filed or self.present
        return session.key if session else (0, 0)

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
        filed, present = (FiledSession.read(x) if x else None for x in (values["filed"], values["present"]))
        return cls(DifferenceKind.from_code(values["kind"]), filed, present)

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The values that changed: filed and present, by field."""
        if self.filed is None or self.present is None:
            return {}
        before, after = self.filed.write(), self.present.write()
        return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def _kind_of(old: FiledSession | None, new: FiledSession | None) -> DifferenceKind:
    if old is None:
        return DifferenceKind.added
    return DifferenceKind.removed if new is None else DifferenceKind.changed


def find_differences(filed: Iterable[FiledSession], present: Iterable[FiledSession]) -> list[Difference]:
    """Return how the present sessions differ from the filed ones, in the order of their ids."""
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
