"""The stages of an opportunity, their groups and exit tests, and its other closed lists."""

from __future__ import annotations

from enum import Enum

from crm.core.words import LabeledEnum, Lazy, _l


class SalesPath(LabeledEnum):
    """Whether the client sells through a project and its prime, or directly to a buyer."""

    project = "project", _l("Project")
    direct_sale = "direct_sale", _l("Direct sale")


class StageGroup(LabeledEnum):
    """A column of the board."""

    matched = "matched", _l("Matched")
    introduced = "introduced", _l("Introduced")
    quoted = "quoted", _l("Quoted")
    negotiating = "negotiating", _l("Negotiating")
    signed = "signed", _l("Signed")


class ExitTest(LabeledEnum):
    """A fact that should be on record before the next stage. Labels follow "missing:"."""

    client = "client", _l("client")
    product = "product", _l("product")
    rep_known = "rep_known", _l("China rep (or “none yet”)")
    ip_note = "ip_note", _l("IP note")
    jurisdiction = "jurisdiction", _l("jurisdiction (EAR or ITAR)")
    classification = "classification", _l("ECCN or EAR99 for each product (with source and date)")
    license_need = "license_need", _l("license need (yes, no or exception)")
    parties_screened = "parties_screened", _l("screening of all parties")
    introduction = "introduction", _l("introduction of both sides")
    nnn = "nnn", _l("NDA or NNN")
    capability_statement = "capability_statement", _l("capability statement")
    vendor_registration = "vendor_registration", _l("vendor registration")
    quote = "quote", _l("quote (with currency, Incoterm and validity)")
    test_result = "test_result", _l("test result or decision date")
    draft = "draft", _l("draft contract, LOI or MOU")
    signed_on = "signed_on", _l("signing date")
    value = "value", _l("contract value")
    us_content = "us_content", _l("U.S. content (%)")
    contract_number = "contract_number", _l("contract number")
    shipment = "shipment", _l("shipment or service milestone")
    milestone = "milestone", _l("milestone confirmed by the client")


class OpportunityStage(LabeledEnum):
    """The stage of an opportunity; `order` continues the four lead stages of a project.

    `order` starts at 5 and is 0 for an end state; `idle_days` is how many days it may stay in the stage (None: any
    number); `default_percent` is the default probability (None: left out of weighted sums).
    """

    # Declared for the type checker; set by __init__ for each member.
    order: int
    group: StageGroup | None
    is_direct: bool
    idle_days: int | None
    default_percent: int | None
    tests: tuple[ExitTest, ...]

    matched = (
        "matched",
        _l("Matched"),
        5,
        StageGroup.matched,
        True,
        10,
        5,
        (ExitTest.client, ExitTest.product, ExitTest.rep_known, ExitTest.ip_note),
    )
    export_cleared = (
        "export_cleared",
        _l("Export review complete"),
        6,
        StageGroup.matched,
        True,
        10,
        10,
        (ExitTest.jurisdiction, ExitTest.classification, ExitTest.license_need, ExitTest.parties_screened),
    )
    introduced = "introduced", _l("Introduced"), 7, StageGroup.introduced, True, 10, 15, (ExitTest.introduction,)
    qualifying = (
        "qualifying",
        _l("Vendor qualification"),
        8,
        StageGroup.introduced,
        False,
        21,
        25,
        (ExitTest.nnn, ExitTest.capability_statement, ExitTest.vendor_registration),
    )
    quoted = "quoted", _l("Quoted"), 9, StageGroup.quoted, True, 14, 40, (ExitTest.quote,)
    evaluating = "evaluating", _l("Sample or pilot"), 10, StageGroup.quoted, True, 30, 50, (ExitTest.test_result,)
    negotiating = "negotiating", _l("Negotiating"), 11, StageGroup.negotiating, True, 14, 70, (ExitTest.draft,)
    contracted = (
        "contracted",
        _l("Contract signed"),
        12,
        StageGroup.signed,
        True,
        None,
        100,
        (ExitTest.signed_on, ExitTest.value, ExitTest.us_content, ExitTest.contract_number),
    )
    delivering = "delivering", _l("Delivering"), 13, StageGroup.signed, True, 60, 100, (ExitTest.shipment,)
    impact_reported = (
        "impact_reported",
        _l("Impact reported"),
        14,
        StageGroup.signed,
        True,
        None,
        100,
        (ExitTest.milestone,),
    )
    lost = "lost", _l("Lost"), 0, None, True, None, 0, ()
    no_bid = "no_bid", _l("No bid"), 0, None, True, None, 0, ()
    withdrawn = "withdrawn", _l("Withdrawn"), 0, None, True, None, 0, ()
    export_hold = "export_hold", _l("On hold: export review"), 0, None, True, None, None, ()
    dormant = "dormant", _l("Dormant"), 0, None, True, None, None, ()

    def __init__(
        self,
        _code: str,
        _label: Lazy,
        order: int,
        group: StageGroup | None,
        is_direct: bool,  # noqa: FBT001
        idle_days: int | None,
        default_percent: int | None,
        tests: tuple[ExitTest, ...],
    ) -> None:
        self.order = order
        self.group = group
        self.is_direct = is_direct
        self.idle_days = idle_days
        self.default_percent = default_percent
        self.tests = tests

    @property
    def is_end(self) -> bool:
        """Whether the opportunity is paused or closed."""
        return self.order == 0

    @property
    def needs_export_review(self) -> bool:
        """Whether the export review must be finished before this stage: from `quoted` on."""
        return self.order >= _FIRST_GATED


_FIRST_GATED = 9
ACTIVE_STAGES = tuple(stage for stage in OpportunityStage if not stage.is_end)
END_STAGES = tuple(stage for stage in OpportunityStage if stage.is_end)


def stages_from(stage: OpportunityStage) -> tuple[OpportunityStage, ...]:
    """Return an active stage and the later ones."""
    return tuple(later for later in ACTIVE_STAGES if later.order >= stage.order)


class Certainty(LabeledEnum):
    """A probability as a word instead of a number."""

    percent: int

    sure = "sure", _l("Sure"), 90
    likely = "likely", _l("Likely"), 60
    possible = "hope", _l("Possible"), 25

    def __init__(self, _code: str, _label: Lazy, percent: int) -> None:
        self.percent = percent


class LicenseGate(LabeledEnum):
    """The state of the export license, apart from the stages."""

    not_needed = "not_needed", _l("No license needed")
    to_determine = "to_determine", _l("To be determined")
    exception_claimed = "exception_claimed", _l("Exception claimed")
    applied = "applied", _l("Applied for")
    granted = "granted", _l("Granted")
    granted_with_conditions = "granted_with_conditions", _l("Granted with conditions")
    denied = "denied", _l("Denied")
    returned_without_action = "returned_without_action", _l("Returned without action")


class WaitingFor(LabeledEnum):
    """Who has to act next."""

    us = "us", _l("Waiting for us")
    client = "client", _l("Waiting for client")
    rep = "rep", _l("Waiting for rep")
    prime = "prime", _l("Waiting for prime")
    license = "license", _l("Waiting for license")

    @property
    def short_label(self) -> Lazy:
        """Return who or what it is, without "waiting for"."""
        return _WHO_ACTS[self]


_WHO_ACTS = {
    WaitingFor.us: _l("Us"),
    WaitingFor.client: _l("Client"),
    WaitingFor.rep: _l("China rep"),
    WaitingFor.prime: _l("Prime"),
    WaitingFor.license: _l("License"),
}


class ChangedField(Enum):
    """The fields whose changes are kept one by one."""

    stage = "stage"
    amount = "amount"
    close = "close"
    counselor = "counselor"

    @property
    def undone_code(self) -> str:
        """The code of a change that was undone, and of its undo: no report counts them."""
        return f"-{self.value}"

    @classmethod
    def of_code(cls, code: str) -> ChangedField:
        """Return the field of a change, also of one that was undone."""
        return cls(code.removeprefix("-"))
