"""The result of a comparison, and its scale."""

from __future__ import annotations

from typing import NamedTuple

from .reasons import Reason, ReasonKind

LIKELY = 0.7
"""From this score on two names probably belong to the same person or organization."""


class Match(NamedTuple):
    """How well two names match: `score` from 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether the names probably belong together."""
        return self.score >= LIKELY

    def add_reason(self, kind: ReasonKind, a: str = "", b: str = "", factor: float = 1.0) -> Match:
        """Return the match with one more reason, its score multiplied by a factor."""
        return Match(self.score * factor, (*self.reasons, Reason(kind, a, b)))


NO_MATCH = Match(0.0)
