"""The closed lists of projects and needs, and the moves of leads."""

from __future__ import annotations

from datetime import time

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l
from crm.records.policy import EvidenceState

END_OF_DAY = time(17, 0)
"""When a bid is due on a day without a time."""


class LeadTest(LabeledEnum):
    """A fact that should be on record before the next lead stage. Labels follow "missing:"."""

    source = "source", _l("source type")
    heard_on = "heard_on", _l("date heard")
    told_by = "told_by", _l("source name")
    country = "country", _l("country")
    city = "city", _l("city")
    sector = "sector", _l("sector")
    phase = "phase", _l("phase")
    project_owner = "project_owner", _l("project owner")
    funding = "funding", _l("funding")
    prime = "prime", _l("prime")
    prime_contact = "prime_contact", _l("a named person at the prime")
    screening = "screening", _l("screening of prime, owner and end user")
    need_line = "need_line", _l("one need with quantity, specification and date")


class LeadStage(LabeledEnum):
    """The stage of a lead before any client is known; the stages of opportunities follow the last one."""

    order: int
    idle_days: int
    tests: tuple[LeadTest, ...]

    lead_heard = "lead_heard", _l("Lead received"), 1, 7, (LeadTest.source, LeadTest.heard_on, LeadTest.told_by)
    project_verified = (
        "project_verified",
        _l("Project verified"),
        2,
        14,
        (LeadTest.country, LeadTest.city, LeadTest.sector, LeadTest.phase, LeadTest.project_owner, LeadTest.funding),
    )
    prime_identified = (
        "prime_identified",
        _l("Prime identified"),
        3,
        14,
        (LeadTest.prime, LeadTest.prime_contact, LeadTest.screening),
    )
    needs_captured = "needs_captured", _l("Needs captured"), 4, 14, (LeadTest.need_line,)

    def __init__(self, _code: str, _label: Lazy, order: int, idle_days: int, tests: tuple[LeadTest, ...]) -> None:
        self.order = order
        self.idle_days = idle_days
        self.tests = tests


class ProjectPhase(LabeledEnum):
    """The phase of the project itself."""

    concept = "concept", _l("Concept")
    feasibility = "feasibility", _l("Feasibility")
    tender = "tender", _l("Tender")
    award = "award", _l("Award")
    construction = "construction", _l("Construction")
    operation = "operation", _l("Operation")
    canceled = "cancelled", _l("Canceled")


class ProjectRole(LabeledEnum):
    owner = "owner", _l("Project owner")
    prime = "prime", _l("Prime contractor")
    consortium_member = "consortium_member", _l("Consortium member")
    subcontractor = "subcontractor", _l("Subcontractor")
    lender = "lender", _l("Lender")
    designer = "designer", _l("Designer")
    end_user = "end_user", _l("End user")


SCREENED = (ProjectRole.owner, ProjectRole.prime, ProjectRole.end_user)
"""The parties whose screening a lead requires."""


class SourceKind(LabeledEnum):
    """The kind of source of a lead."""

    post = "post", _l("U.S. post")
    person = "person", _l("Person")
    show = "show", _l("Show")
    group = "group", _l("Group chat")
    web_page = "web_page", _l("Web page")


class NeedKind(LabeledEnum):
    """What kind of thing is needed."""

    technology = "technology", _l("Technology")
    product = "product", _l("Product")
    material = "material", _l("Material")
    service = "service", _l("Service")


class NeedState(LabeledEnum):
    """The status of a need."""

    open = "open", _l("Open")
    matched = "matched", _l("Matched")
    filled = "filled", _l("Filled")
    withdrawn = "withdrawn", _l("Withdrawn")


LEAD_STAGES = tuple(LeadStage)
MAY_BE_UNKNOWN = frozenset(LeadStage.project_verified.tests)
"""The tests that the answer “Not known yet” completes: the facts about the project itself."""


def is_completed_by(test: LeadTest, state: EvidenceState) -> bool:
    """Whether a state that a user has marked completes a test."""
    return state is not EvidenceState.not_known or test in MAY_BE_UNKNOWN


def sentence_case(test: LeadTest) -> str:
    """Return the label of a test with a capital letter, as it begins a line."""
    label = str(test)
    return label[:1].upper() + label[1:]


def missing_lead_tests(target: LeadStage, met_tests: frozenset[LeadTest]) -> tuple[LeadTest, ...]:
    """Return the unmet tests of all stages before `target`, in order."""
    return tuple(
        test for stage in LEAD_STAGES if stage.order < target.order for test in stage.tests if test not in met_tests
    )


def reached_stage(met_tests: frozenset[LeadTest]) -> LeadStage:
    """Return the furthest stage before which all tests are met."""
    return max(
        (stage for stage in LEAD_STAGES if not missing_lead_tests(stage, met_tests)), key=lambda stage: stage.order
    )


def may_move_lead(old: LeadStage, new: LeadStage, *, why: str | None) -> bool:
    """Whether a lead may move: forward always, back only with a reason."""
    return new.order > old.order or (new.order < old.order and bool(why and why.strip()))


def is_overdue_in_stage(stage: LeadStage, days: int) -> bool:
    """Whether a lead has been in its stage for more days than the stage allows."""
    return days > stage.idle_days


RULES["project:see"] = Rule(is_signed_in, may_see, "View projects.")
RULES["project:make"] = Rule(is_signed_in, may_edit, "Add a project.")
RULES["project:edit"] = Rule(is_signed_in, may_edit, "Edit a project and its parties.")
RULES["project:move"] = Rule(is_signed_in, may_edit, "Change the lead stage and mark its requirements.")
RULES["need:see"] = Rule(is_signed_in, may_see, "View needs.")
RULES["need:make"] = Rule(is_signed_in, may_edit, "Add a need.")
RULES["need:edit"] = Rule(is_signed_in, may_edit, "Edit a need and its status.")
