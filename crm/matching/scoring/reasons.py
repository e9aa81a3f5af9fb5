"""What a comparison returns: reasons with points, and their sum as the score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from crm.matching.policy import MatchReasonKind

MAX_POINTS = 100
_POINTS, _ORDER = attrgetter("points"), attrgetter("order")


@dataclass(frozen=True, slots=True)
class MatchReason:
    """A fact that adds points to the score, or takes some away (a warning).

    `values` are texts, lists of texts and days in ISO format: what the sentence names.
    """

    kind: MatchReasonKind
    points: int
    values: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[int, str] = field(init=False, repr=False, compare=False)
    """Warnings come first, then the reasons with the most points."""

    def __post_init__(self) -> None:
        rank = self.points if self.points < 0 else MAX_POINTS - self.points
        object.__setattr__(self, "order", (rank, self.kind.value))

    @property
    def is_warning(self) -> bool:
        """Whether the fact speaks against the match."""
        return self.points < 0

    def text(self, write_day: Callable[[date], str] = str, write_country: Callable[[str], str] = str) -> str:
        """Return the reason as a sentence in the current language; days and countries are written by the functions."""
        values = {
            name: write_day(date.fromisoformat(value))
            if name == "day"
            else write_country(value)
            if name == "country"
            else value
            if isinstance(value, str)
            else ", ".join(value)
            for name, value in self.values.items()
        }
        return self.kind.sentence % values

    def to_json(self) -> dict[str, Any]:
        """Return the reason as JSON values."""
        return {"code": self.kind.value, "points": self.points, "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> MatchReason:
        """Return the reason of `to_json`."""
        return cls(MatchReasonKind.from_code(stored["code"]), stored["points"], stored["values"])


class MatchScore(NamedTuple):
    """Points from 0 to 100 with their reasons: warnings first, then the others, those with the most points first."""

    points: int
    reasons: tuple[MatchReason, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the reasons as JSON values."""
        return [reason.to_json() for reason in self.reasons]

    @classmethod
    def from_json(cls, stored: Iterable[Mapping[str, Any]]) -> MatchScore:
        """Return the score of `to_json`."""
        return sum_up(MatchReason.from_json(reason) for reason in stored)


def sum_up(reasons: Iterable[MatchReason]) -> MatchScore:
    """Return the score of some reasons: their sum, at least 0 and at most 100."""
    reasons = list(reasons)
    return score_of(reasons, add_up(reasons))


def score_of(reasons: Iterable[MatchReason], points: int) -> MatchScore:
    """Return the score of some reasons whose points are added up already."""
    points = 0 if points < 0 else min(points, MAX_POINTS)
    return MatchScore(points, tuple(sorted(reasons, key=_ORDER)))


def add_up(reasons: Iterable[MatchReason]) -> int:
    """Return the sum of the points of some reasons."""
    return sum(map(_POINTS, reasons))
