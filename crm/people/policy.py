"""The closed lists of people, of how they know each other, and of China reps."""

from __future__ import annotations

from crm.core.words import Lazy, Word, _l


class DisplayOrder(Word):
    """Which part of the name stands first."""

    family_first = "family_first", _l("Family name first")
    given_first = "given_first", _l("Given name first")


class PointKind(Word):
    """What an e-mail address or a phone number is for."""

    work = "work", _l("Work")
    mobile = "mobile", _l("Mobile")
    home = "home", _l("Home")
    assistant = "assistant", _l("Assistant")
    fax = "fax", _l("Fax")
    other = "other", _l("Other")


class ConsentKind(Word):
    """On what ground we keep a person's data."""

    card = "card", _l("Card handed over")
    written = "written", _l("Written consent")
    spoken = "spoken", _l("Spoken consent")
    contract = "contract", _l("Contract or agreement")
    public = "public", _l("Public source")
    withdrawn = "withdrawn", _l("Withdrawn")


class OfficialKind(Word):
    """Whether somebody counts as a foreign official in this job; staff of state-owned firms do."""

    none = "none", _l("Not an official")
    official = "official", _l("Official")
    state_owned = "state_owned", _l("State-owned firm")

    @property
    def counts_as_official(self) -> bool:
        """Whether gifts to this person fall under the rules for officials."""
        return self is not OfficialKind.none


class RelationKind(Word):
    """How one person knows another, read from the first to the second; `inverse_label` is read the other way."""

    inverse_label: Lazy

    introduced_by = "introduced_by", _l("Introduced by"), _l("Introduced")
    assistant_of = "assistant_of", _l("Assistant of"), _l("Assisted by")
    reports_to = "reports_to", _l("Reports to"), _l("Manages")
    relative = "relative", _l("Relative of"), _l("Relative of")
    former_colleague = "former_colleague", _l("Former colleague of"), _l("Former colleague of")
    schoolmate = "schoolmate", _l("Schoolmate of"), _l("Schoolmate of")

    def __init__(self, _code: str, label: Lazy, inverse_label: Lazy) -> None:
        self.is_mutual = label == inverse_label
        self.inverse_label = inverse_label


class RepresentationKind(Word):
    """What the China rep is to the client."""

    employee = "employee", _l("Employee")
    owner_relative = "owner_relative", _l("Relative of the owner")
    distributor = "distributor", _l("Distributor")
    agent = "agent", _l("Agent")
    firm = "firm", _l("Representative firm")
    own_office = "own_office", _l("Client's own office")


class RepresentationStatus(Word):
    """Whether the China rep acts for the client."""

    proposed = "proposed", _l("Proposed")
    active = "active", _l("Active")
    paused = "paused", _l("Paused")
    ended = "ended", _l("Ended")


class RepresentationBasis(Word):
    """What the China rep's part rests on."""

    word = "word", _l("By word only")
    agreement = "agreement", _l("Agreement")


class Exclusive(Word):
    """Whether the client has promised not to name another rep there."""

    yes = "yes", _l("Exclusive")
    no = "no", _l("Not exclusive")
    unknown = "unknown", _l("Not known")
