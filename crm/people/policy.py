"""The closed lists of people, of how they know each other, and of China reps."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from crm.core.policy import RULES, Actor, Facts, Role, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l


class DisplayOrder(LabeledEnum):
    """Which part of the name stands first."""

    family_first = "family_first", _l("Family name first")
    given_first = "given_first", _l("Given name first")


class ConsentKind(LabeledEnum):
    """On what ground we keep a person's data."""

    card = "card", _l("Business card received")
    written = "written", _l("Written consent")
    spoken = "spoken", _l("Verbal consent")
    contract = "contract", _l("Contract or agreement")
    public = "public", _l("Public source")
    withdrawn = "withdrawn", _l("Withdrawn")


class OfficialKind(LabeledEnum):
    """Whether somebody counts as a foreign official in this job; staff of state-owned firms do."""

    none = "none", _l("Not an official")
    official = "official", _l("Official")
    state_owned = "state_owned", _l("State-owned enterprise")

    @property
    def counts_as_official(self) -> bool:
        """Whether gifts to this person fall under the rules for officials."""
        return self is not OfficialKind.none


class RelationKind(LabeledEnum):
    """How one person knows another, read from the first to the second; `inverse_label` is read the other way."""

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
    """What the China rep is to the client."""

    employee = "employee", _l("Employee")
    owner_relative = "owner_relative", _l("Relative of the owner")
    distributor = "distributor", _l("Distributor")
    agent = "agent", _l("Agent")
    firm = "firm", _l("Representative company")
    own_office = "own_office", _l("Client's own office")


class RepresentationStatus(LabeledEnum):
    """Whether the China rep acts for the client."""

    proposed = "proposed", _l("Proposed")
    active = "active", _l("Active")
    paused = "paused", _l("Paused")
    ended = "ended", _l("Ended")


class RepresentationBasis(LabeledEnum):
    """What the China rep's part rests on."""

    word = "word", _l("Verbal only")
    agreement = "agreement", _l("Agreement")


class Exclusivity(LabeledEnum):
    """Whether the client has promised not to name another rep there."""

    yes = "yes", _l("Exclusive")
    no = "no", _l("Not exclusive")
    unknown = "unknown", _l("Unknown")


class Employer(NamedTuple):
    """What the team of a person depends on: a firm's team, None when it is shared."""

    team_id: int | None


def team_of_person(organizations: Collection[Employer], first_team_id: int | None) -> int | None:
    """Shared with any job, now or past, at a shared firm; else the client's team; without a firm the maker's.

    Of clients of several teams, the first team counts where it is one of them.
    """
    teams = {organization.team_id for organization in organizations}
    if None in teams:
        return None
    if not teams or first_team_id in teams:
        return first_team_id
    return min(t for t in teams if t is not None)


ENDING_SOON_DAYS = 60
"""A representation's end is told this many days ahead."""


def may_see_conflict(actor: Actor, facts: Facts) -> bool:
    """The conflict of a China rep is told to its counselor, and to managers of its team (architecture, rights)."""
    if not may_see(actor, facts):
        return False
    if actor.everything or (actor.id is not None and facts.counselor_id == actor.id):
        return True
    return actor.role is Role.manager and facts.team_id in actor.team_ids


RULES["person:see"] = Rule(is_signed_in, may_see, "See people.")
RULES["person:make"] = Rule(is_signed_in, may_edit, "Make a person.")
RULES["person:edit"] = Rule(is_signed_in, may_edit, "Edit a person, jobs and relations.")
RULES["representation:see"] = Rule(is_signed_in, may_see, "See China reps.")
RULES["representation:edit"] = Rule(is_signed_in, may_edit, "Make and edit China reps.")
RULES["representation:conflict"] = Rule(is_signed_in, may_see_conflict, "See a China rep's conflict warning.")
