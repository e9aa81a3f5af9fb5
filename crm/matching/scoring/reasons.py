"""What a comparison returns: reasons with points, and their sum as the score."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from crm.matching.policy import MatchReasonKind

MAX_POINTS = 100
_POINTS = attrgetter("points")


@dataclass(frozen=True, slots=True)
class MatchReason:
    """A fact that adds points to the score, or takes some away (a warning).

    `values` are texts, lists of texts and days in ISO format: what the sentence names.
    """

    kind: MatchReasonKind
    points: int
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether the fact speaks against the match."""
        return self.points < 0

    def text(self, write_day: Callable[[date], str] = str, write_country: Callable[[str], str] = str) -> str:
        """Return the reason as a sentence in the current language; days and countries are written by the functions."""

        def write(name: str, value: Any) -> str:
            if name == "day":
                return write_day(date.fromisoformat(value))
            if name == "country":
                return write_country(value)
            return value if isinstance(value, str) else ", ".join(value)

        return self.kind.sentence % {name: write(name, value) for name, value in self.values.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the reason as JSON values."""
        return {"code": self.kind.value, "points": self.points, "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> MatchReason:
        """Return the reason of `to_json`."""
        return cls(MatchReasonKind.from_code(stored["code"]), stored["points"], stored["values"])


class MatchScore(NamedTuple):
    """Points from 0 to 100 with their reasons."""

    points: int
    reasons: tuple[MatchReason, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the reasons as JSON values."""
        return [reason.to_json() for reason in self.reasons]

    @classmethod
    def from_json(cls, stored: Iterable[Mapping[str, Any]]) -> MatchScore:
        """Return the score of `to_json`, with the warnings first and then the reasons with the most points."""
        return sum_up(sorted(map(MatchReason.from_json, stored), key=_rank))


def _rank(reason: MatchReason) -> tuple[int, str]:
    return (reason.points if reason.is_warning else MAX_POINTS - reason.points, reason.kind.value)


def sum_up(reasons: Collection[MatchReason]) -> MatchScore:
    """Return the score of some reasons: at most 100 for those in favor, less the warnings, at least 0."""
    warnings = add_up(reason for reason in reasons if reason.points < 0)
    points = min(add_up(reasons) - warnings, MAX_POINTS) + warnings
    return MatchScore(max(points, 0), tuple(reasons))


def add_up(reasons: Iterable[MatchReason]) -> int:
    """Return the sum of the points of some reasons."""
    return sum(map(_POINTS, reasons))
