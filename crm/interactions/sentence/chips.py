"""Parts of a parsed sentence: chips, their values, and the draft."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple, Protocol

from crm.calendars import resolve_local
from crm.core.words import LabeledEnum, Lazy, _l
from crm.followups.enums import FollowUpSide
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType


class ChipKind(LabeledEnum):
    """Meaning of a part of the sentence; the label is shown before the value."""

    kind = "kind", _l("Type")
    person = "person", _l("With")
    staff = "staff", _l("Our staff")
    show = "show", _l("At")
    organization = "organization", _l("Organization")
    place = "place", _l("Place")
    client = "client", _l("For")
    when = "when", _l("When")
    reached = "reached", _l("Reached?")
    contact = "contact", _l("Minutes")
    prep = "prep", _l("Prep")
    travel = "travel", _l("Travel")
    funder = "funder", _l("Funder")
    need = "want", _l("Need")
    next_step = "next", _l("Next")


class NameMatch(NamedTuple):
    """A record or user that a text may mean; `zone` is the person's IANA zone, if known."""

    id: int
    label: str
    zone: str | None = None


class Lookup(Protocol):
    """Lookup of records by name; returns those that a text may mean, the likeliest first."""

    def people(self, text: str) -> Sequence[NameMatch]: ...
    def shows(self, text: str) -> Sequence[NameMatch]: ...
    def organizations(self, text: str) -> Sequence[NameMatch]: ...
    def full_names(self, texts: Collection[str]) -> Collection[str]: ...
    def is_city(self, text: str) -> bool: ...
    def find_colleague(self, text: str) -> NameMatch | None: ...


class ChipChoice(NamedTuple):
    """A possible value of an uncertain chip."""

    value: Any
    label: str | Lazy


class HeadCount(NamedTuple):
    """People or organizations without names: "2 engineers"."""

    number: int
    label: str


class LocalMoment(NamedTuple):
    """Local date of an interaction in a zone, with the time if one was given."""

    day: date
    clock: time | None
    zone: str

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is in the future; without a time, on a later day. `now` is in the reader's zone."""
        return resolve_local(self.day, self.clock, self.zone) > now if self.clock else self.day > now.date()


class NextStep(NamedTuple):
    """Title, due date (None: not given; a moment is aware) and side of a follow-up."""

    title: str
    due: date | datetime | None
    side: FollowUpSide = FollowUpSide.we


@dataclass(frozen=True)
class SentenceChip:
    """A part of the text from `start` (inclusive) to `end` (exclusive) and its meaning.

    `value`: InteractionType, InteractionOutcome, minutes, LocalMoment, NextStep, text, HeadCount, or the id of a record
    (None: a new one). If not `sure`, the user selects one of `choices` (empty: the text names nobody known).
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
        """Return the form value that selects a choice."""
        return f"{self.kind.value}:{number}:{self.label}"

    def with_answers(self, answers: Collection[str]) -> SentenceChip:
        """Return the chip with its selected choice; unchanged without one."""
        for number, choice in enumerate(self.choices):
            if not self.sure and self.answer(number) in answers:
                return replace(self, label=str(choice.label), value=choice.value, sure=True)
        return self


def drop_overlapping(chips: list[SentenceChip]) -> list[SentenceChip]:
    """Return the chips without those that overlap an earlier one."""
    separate_chips: list[SentenceChip] = []
    for chip in chips:
        if all(chip.end <= other.start or other.end <= chip.start for other in separate_chips):
            separate_chips.append(chip)
    return separate_chips


@dataclass(frozen=True)
class Draft:
    """A parsed sentence: chips in the order of the text, and the remaining words as notes."""

    text: str
    chips: tuple[SentenceChip, ...]
    state: InteractionState
    notes: str
    their_zone: str | None = None
    """The zone of people in China who were met or may be meant; None without any."""
    now: datetime | None = None
    """When it was read, if only the date says whether it is planned."""
    kinds: dict[ChipKind, tuple[SentenceChip, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind = {kind: tuple(chip for chip in self.chips if chip.kind is kind) for kind in ChipKind}
        object.__setattr__(self, "kinds", by_kind)

    def with_answers(self, answers: Collection[str]) -> Draft:
        """Return the draft with the selected choices; that of the date may say whether it is planned."""
        draft = replace(self, chips=tuple(chip.with_answers(answers) for chip in self.chips))
        when: LocalMoment | None = draft.certain(ChipKind.when)
        if self.now is None or when is None or self.certain(ChipKind.when):
            return draft
        return replace(draft, state=InteractionState.planned if when.is_ahead(self.now) else InteractionState.held)

    def of(self, kind: ChipKind) -> tuple[SentenceChip, ...]:
        """Return the chips of one kind, in the order of the text."""
        return self.kinds[kind]

    def first(self, kind: ChipKind) -> Any:
        """Return the value of the first chip of a kind; None without one."""
        return next((chip.value for chip in self.kinds[kind]), None)

    def certain(self, kind: ChipKind) -> Any:
        """Return the value of the first certain chip of a kind; None without one, and of a question that is open."""
        return next((chip.value for chip in self.kinds[kind] if chip.sure), None)

    @property
    def confirmed_chips(self) -> tuple[SentenceChip, ...]:
        """Return the certain chips to show; kind, known people and reached are shown from the form."""
        from_form = (ChipKind.kind, ChipKind.person, ChipKind.reached)
        return tuple(c for c in self.chips if isinstance(c.value, HeadCount) or (c.sure and c.kind not in from_form))

    @property
    def has_uncertain_fields(self) -> bool:
        """Whether a chip is not certain whose field is among all fields."""
        shown_elsewhere = (ChipKind.person, ChipKind.organization, ChipKind.next_step, ChipKind.when)
        return any(chip.kind not in shown_elsewhere for chip in self.uncertain_chips)

    @property
    def uncertain_chips(self) -> tuple[SentenceChip, ...]:
        """Return the chips that are not certain."""
        return tuple(chip for chip in self.chips if not chip.sure)

    @property
    def reached(self) -> InteractionOutcome | None:
        """Return whether they were reached: as stated, else by the kind if it was held; None for plans and notes."""
        stated: InteractionOutcome | None = self.first(ChipKind.reached)
        if stated is not None:
            return stated
        kind = self.first(ChipKind.kind)
        if self.state is not InteractionState.held or kind in (None, InteractionType.note, InteractionType.lead):
            return None
        return InteractionOutcome.one_way if kind is InteractionType.email else InteractionOutcome.talked
