"""The closed lists of people, relations and China reps, and who may see what of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from crm.core.policy import RULES, Actor, HasAccess, Role, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l


class DisplayOrder(LabeledEnum):
    """Which part of the name comes first."""

    family_first = "family_first", _l("Family name first")
    given_first = "given_first", _l("Given name first")


class Month(LabeledEnum):
    """A month of birth."""

    january = "01", _l("January")
    february = "02", _l("February")
    march = "03", _l("March")
    april = "04", _l("April")
    may = "05", _l("May")
    june = "06", _l("June")
    july = "07", _l("July")
    august = "08", _l("August")
    september = "09", _l("September")
    october = "10", _l("October")
    november = "11", _l("November")
    december = "12", _l("December")

    @property
    def number(self) -> int:
        """The number of the month, 1 to 12."""
        return int(self.value)


LEAP_YEAR = 2000


def birth_date(month: Month | None, day: int | None, year: int | None) -> date | None:
    """Return a date of birth, in a leap year when the year is unknown; None without a month and a day.

    Raises ValueError when there is no such date.
    """
    if month is None and day is None and year is None:
        return None
    if month is None or day is None:
        raise ValueError(day)
    return date(year or LEAP_YEAR, month.number, day)


def birthday_in(year: int, month: Month, day: int) -> date:
    """Return the birthday in a year: of February 29 the day before in other than leap years."""
    try:
        return date(year, month.number, day)
    except ValueError:
        return date(year, month.number, day - 1)


class ConsentKind(LabeledEnum):
    """Why the center may store a person's data."""

    card = "card", _l("Business card received")
    written = "written", _l("Written consent")
    spoken = "spoken", _l("Verbal consent")
    contract = "contract", _l("Contract or agreement")
    public = "public", _l("Public source")
    withdrawn = "withdrawn", _l("Withdrawn")


class EmailRefusal(LabeledEnum):
    """Why someone gets no email except reminders and invitations."""

    opted_out = "opted_out", _l("Asked not to be emailed")
    withdrawn = "withdrawn", _l("Consent was withdrawn")
    archived = "archived", _l("Archived")


class OfficialKind(LabeledEnum):
    """Whether a person counts as a foreign official in a position; staff of state-owned enterprises do."""

    none = "none", _l("Not an official")
    official = "official", _l("Official")
    state_owned = "state_owned", _l("State-owned enterprise")

    @property
    def counts_as_official(self) -> bool:
        """Whether the rules about gifts to officials apply."""
        return self is not OfficialKind.none


class OfficialRank(LabeledEnum):
    """The rank of an official or of a manager of a state-owned enterprise, by the levels of China's civil service."""

    national = "national", _l("National leader")
    ministry = "ministry", _l("Province or ministry")
    bureau = "bureau", _l("Department or bureau")
    division = "division", _l("County or division")
    section = "section", _l("Township or section")
    clerk = "clerk", _l("Below section")
    other = "other", _l("Other")


def describe_rank(rank: OfficialRank | None, words: str | None) -> str:
    """Return a rank with its words: "Department or bureau, 副厅级"; "" for none. “Other” is left out before words."""
    parts = (None if rank is OfficialRank.other and words else rank, words)
    return ", ".join(str(part) for part in parts if part)


class RelationKind(LabeledEnum):
    """How the first person knows the second; `inverse_label` reads from the second to the first."""

    inverse_label: Lazy

    introduced_by = "introduced_by", _l("Introduced by"), _l("Introduced")
    assistant_of = "assistant_of", _l("Assistant to"), _l("Assisted by")
    reports_to = "reports_to", _l("Reports to"), _l("Manages")
    relative = "relative", _l("Relative of"), _l("Relative of")
    former_colleague = "former_colleague", _l("Former colleague of"), _l("Former colleague of")
    schoolmate = "schoolmate", _l("Schoolmate of"), _l("Schoolmate of")

    def __init__(self, _code: str, label: Lazy, inverse_label: Lazy) -> None:
        self.is_mutual = label == inverse_label
        self.inverse_label = inverse_label


class RepresentationKind(LabeledEnum):
    """What a China rep is to the client."""

    employee = "employee", _l("Employee")
    owner_relative = "owner_relative", _l("Relative of the owner")
    distributor = "distributor", _l("Distributor")
    agent = "agent", _l("Agent")
    company = "firm", _l("Representative company")
    own_office = "own_office", _l("Client's own office")


class RepresentationStatus(LabeledEnum):
    """Whether a China rep acts for the client."""

    proposed = "proposed", _l("Proposed")
    active = "active", _l("Active")
    paused = "paused", _l("Paused")
    ended = "ended", _l("Ended")


class RepresentationBasis(LabeledEnum):
    """Whether a China rep has a written agreement."""

    verbal = "word", _l("Verbal only")
    agreement = "agreement", _l("Written agreement")


class Exclusivity(LabeledEnum):
    """Whether the client may appoint other reps in the territory."""

    yes = "yes", _l("Exclusive")
    no = "no", _l("Not exclusive")
    unknown = "unknown", _l("Unknown")


class Employer(NamedTuple):
    """The team of an organization where a person works; None for a shared organization."""

    team_id: int | None


def team_of_person(employers: Collection[Employer], first_team_id: int | None) -> int | None:
    """Return the team of a person, None for a shared person.

    A person with a position, current or past, at a shared organization is shared. Otherwise the person belongs to the
    client's team; with clients of several teams, to `first_team_id` if it is one of them. Without a position, the
    person belongs to `first_team_id`.
    """
    teams = {employer.team_id for employer in employers}
    if None in teams:
        return None
    if not teams or first_team_id in teams:
        return first_team_id
    return min(t for t in teams if t is not None)


ENDING_SOON_DAYS = 60
"""A representation that ends within this many days is marked."""


def may_see_conflict(actor: Actor, facts: HasAccess) -> bool:
    """Whether the actor may see a China rep's conflict: its counselor and managers of its team may."""
    if not may_see(actor, facts):
        return False
    if actor.is_system or (actor.id is not None and facts.counselor_id == actor.id):
        return True
    return actor.role is Role.manager and facts.team_id in actor.team_ids


RULES["person:see"] = Rule(is_signed_in, may_see, "View people.")
RULES["person:make"] = Rule(is_signed_in, may_edit, "Add a person.")
RULES["person:edit"] = Rule(is_signed_in, may_edit, "Edit a person, their positions and relationships.")
RULES["representation:see"] = Rule(is_signed_in, may_see, "View China reps.")
RULES["representation:edit"] = Rule(is_signed_in, may_edit, "Add and edit China reps.")
RULES["representation:conflict"] = Rule(is_signed_in, may_see_conflict, "View a China rep's conflict warning.")
