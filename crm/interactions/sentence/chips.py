"""What a read sentence consists of: chips, their values, and the draft they form."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple, Protocol

from crm.core.words import LabeledEnum, Lazy, _l
from crm.followups.enums import Side
from crm.interactions.policy import InteractionState, Kind, Reached


class ChipKind(LabeledEnum):
    """What a piece of the sentence was understood as; the label stands before the value."""

    kind = "kind", _l("Type")
    person = "person", _l("With")
    show = "show", _l("At")
    organization = "organization", _l("Organization")
    place = "place", _l("Place")
    client = "client", _l("Clients")
    when = "when", _l("When")
    reached = "reached", _l("Reached?")
    contact = "contact", _l("Minutes")
    prep = "prep", _l("Prep")
    travel = "travel", _l("Travel")
    funder = "funder", _l("Funder")
    want = "want", _l("Need")
    next = "next", _l("Next")


class NameMatch(NamedTuple):
    """A record that a piece of text may mean; the zone is the person's (IANA), if known."""

    id: int
    label: str
    zone: str | None = None


class Lookup(Protocol):
    """Who and what the reader may know; each answers with the records a text may mean, the likeliest first."""

    def people(self, text: str) -> Sequence[NameMatch]: ...
    def shows(self, text: str) -> Sequence[NameMatch]: ...
    def organizations(self, text: str) -> Sequence[NameMatch]: ...


class ChipChoice(NamedTuple):
    """One way to settle a chip that asks."""

    value: Any
    label: str | Lazy


class HeadCount(NamedTuple):
    """People or firms without names: "2 engineers"."""

    number: int
    label: str


class When(NamedTuple):
    """The day of a contact in the words of the zone named, with the time if one was said."""

    day: date
    clock: time | None
    zone: str


class NextStep(NamedTuple):
    """What is to be done, until when (None: not said; a moment is aware), and who promised it."""

    title: str
    due: date | datetime | None
    side: Side = Side.we


@dataclass(frozen=True)
class SentenceChip:
    """A piece of the text from `start` (inclusive) to `end` (exclusive) and what it was understood as.

    `value`: Kind, Reached, minutes, When, NextStep, text, or the id of a record (None: a new one; Crowd: no names).
    Not sure: the chip asks, with `choices` to settle it (none: the text names nobody known).
    """

    kind: ChipKind
    label: str
    value: Any
    start: int
    end: int
    sure: bool = True
    choices: tuple[ChipChoice, ...] = ()
    zone: str | None = None

    def answer(self, number: int) -> str:
        """How a form says that one of the choices is meant."""
        return f"{self.kind.value}:{number}:{self.label}"

    def with_answers(self, answers: Collection[str]) -> SentenceChip:
        """The chip by what was answered; as it is when nothing was."""
        for number, choice in enumerate(self.choices):
            if not self.sure and self.answer(number) in answers:
                return replace(self, label=str(choice.label), value=choice.value, sure=True)
        return self


@dataclass(frozen=True)
class Draft:
    """A sentence as understood: its chips in the order of the text, and the words that stay as notes."""

    text: str
    chips: tuple[SentenceChip, ...]
    state: InteractionState
    notes: str
    their_zone: str | None = None
    """The zone of those in China who are met or may be meant; None when nobody is."""
    kinds: dict[ChipKind, tuple[SentenceChip, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind = {kind: tuple(chip for chip in self.chips if chip.kind is kind) for kind in ChipKind}
        object.__setattr__(self, "kinds", by_kind)

    def with_answers(self, answers: Collection[str]) -> Draft:
        """The draft by what was answered to its questions."""
        return replace(self, chips=tuple(chip.with_answers(answers) for chip in self.chips))

    def of(self, kind: ChipKind) -> tuple[SentenceChip, ...]:
        """The chips of one kind, in the order of the text."""
        return self.kinds[kind]

    def first(self, kind: ChipKind) -> Any:
        """The value of the first chip of a kind; None without one."""
        return next((chip.value for chip in self.kinds[kind]), None)

    @property
    def uncertain_chips(self) -> tuple[SentenceChip, ...]:
        """The chips that are not sure."""
        return tuple(chip for chip in self.chips if not chip.sure)

    @property
    def reached(self) -> Reached | None:
        """Whether they were reached: as said, else as the kind of a held contact implies; None for plans and notes."""
        stated: Reached | None = self.first(ChipKind.reached)
        if stated is not None:
            return stated
        kind = self.first(ChipKind.kind)
        if self.state is not InteractionState.held or kind in (None, Kind.note, Kind.lead):
            return None
        return Reached.one_way if kind is Kind.email else Reached.talked
