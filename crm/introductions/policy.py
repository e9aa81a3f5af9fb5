"""How strong a link between two people is, and who may see introduction paths. docs/introductions.md explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.core.policy import RULES, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

KINDS = frozenset({"project", "need", "opportunity", "organization"})
"""Kinds of records with introduction paths."""
MAX_STEPS = 3
"""The most people to ask, one after the other, until the contact is reached."""
MAX_PATHS = 5
YEARS = 5
"""Interactions before that many years don't count."""
RECENT = 100
"""So many of the latest interactions of each person count."""

HALF_LIFE_DAYS = 180
"""The recency of a last interaction halves in this time."""
OVERLAP_HALF_LIFE_DAYS = 5 * 365
"""Shared years at an organization fade more slowly: half in five years."""
RECENCY, FREQUENCY, REACHED, TWO_WAY = 0.35, 0.25, 0.15, 0.25
"""The shares of the four parts in the strength of a link by interactions. Their sum is 1."""
USUAL_COUNT = 3
"""With this many interactions the frequency is one half."""
UNKNOWN_SHARE = 0.5
"""What an interaction counts for "reached" and "two-way" if the viewer doesn't know how it went."""


class LinkKind(LabeledEnum):
    """Why two people, or a person and an organization, are linked; `base` is the strength without any other fact."""

    base: float

    works_at = "works_at", _l("Works there"), 0.9
    met = "met", _l("Interactions with our staff"), 1.0
    represents = "represents", _l("Represents our client in China"), 0.85
    colleague = "colleague", _l("Colleague of yours"), 0.9
    relative = "relative", _l("Relative"), 0.8
    reporting = "reporting", _l("Manager, assistant or report"), 0.8
    introduced = "introduced", _l("One introduced the other"), 0.7
    former_colleague = "former_colleague", _l("Former colleague"), 0.6
    schoolmate = "schoolmate", _l("Schoolmate"), 0.5
    met_together = "met_together", _l("Attended the same interactions"), 0.7
    same_employer = "same_employer", _l("Work at the same organization"), 0.6
    former_employer = "former_employer", _l("Worked at the same organization at the same time"), 0.5
    source = "source", _l("Reported the lead"), 0.5
    same_project = "same_project", _l("Takes part in the same project"), 0.5
    worked_at = "worked_at", _l("Worked there"), 0.4

    def __init__(self, _code: str, _label: object, base: float) -> None:
        self.base = base

    @property
    def weakens_with_time(self) -> bool:
        """Whether the strength falls with the time since both were at the organization."""
        return self in (LinkKind.former_employer, LinkKind.worked_at)

    @property
    def is_by_interactions(self) -> bool:
        """Whether the strength follows from interactions."""
        return self in (LinkKind.met, LinkKind.met_together)


@dataclass(frozen=True)
class Meetings:
    """Interactions of two people: how many, the shares in which they were reached and talked, and the last day."""

    count: int
    reached: float
    two_way: float
    last_on: date


def recency(on: date, today: date, half_life_days: int = HALF_LIFE_DAYS) -> float:
    """Return 1 for today, half after each half-life; a later day counts as today."""
    days: int = max((today - on).days, 0)
    return float(0.5 ** (days / half_life_days))


def strength_of_meetings(meetings: Meetings, today: date) -> float:
    """Return the strength of a link by interactions, 0 to 1."""
    frequency = meetings.count / (meetings.count + USUAL_COUNT)
    return (
        RECENCY * recency(meetings.last_on, today)
        + FREQUENCY * frequency
        + REACHED * meetings.reached
        + TWO_WAY * meetings.two_way
    )


def link_strength(
    kind: LinkKind, today: date, *, meetings: Meetings | None = None, until_on: date | None = None
) -> float:
    """Return the strength of a link, 0 to 1.

    `until_on`: the last day on which both were at the organization; None if it isn't known.
    """
    if meetings is not None:
        return kind.base * strength_of_meetings(meetings, today)
    if not kind.weakens_with_time:
        return kind.base
    if until_on is None:
        return kind.base / 2
    return kind.base * recency(until_on, today, OVERLAP_HALF_LIFE_DAYS)


class Band(LabeledEnum):
    """A strength in words."""

    strong = "strong", _l("strong")
    medium = "medium", _l("medium")
    weak = "weak", _l("weak")


def band_of(strength: float) -> Band:
    """Return a strength in words: strong from 50%, medium from 20%."""
    if strength >= 0.5:
        return Band.strong
    return Band.medium if strength >= 0.2 else Band.weak


RULES["introduction:see"] = Rule(is_signed_in, may_see, "View who can introduce us to a prime, owner or buyer.")
