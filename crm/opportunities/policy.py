"""The moves of an opportunity and the tests they skip; its probability, weighted amount and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.core.policy import RULES, Actor, HasAccess, Right, Rule, is_manager, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, _l

from .review import (
    awaits_review,
    has_compliance,
    is_arms_embargoed,
    is_review_finished,
    may_hold,
    may_mark_test,
    may_see_opportunity,
)
from .stages import (
    ACTIVE_STAGES,
    END_STAGES,
    Certainty,
    ChangedField,
    ExitTest,
    LicenseGate,
    OpportunityStage,
    SalesPath,
    StageGroup,
    WaitingFor,
)

LIKELY_PERCENT = 60
"""The probability in percent from which on an opportunity is likely to close."""


class MoveRefusal(LabeledEnum):
    """Why a move is refused; the label says what to do."""

    same_stage = "same_stage", _l("Choose a different stage. The opportunity is already in this one.")
    off_path = "off_path", _l("Choose a different stage. Direct sales skip vendor qualification.")
    hard_stop = "hard_stop", _l("USML products can't be sold to this country, which is under an arms embargo.")
    hold_right = "hold_right", _l("Ask a compliance officer to set or lift the export hold.")
    export_gate = "export_gate", _l("Complete the export review before sending quotes or samples.")
    needs_milestone = (
        "needs_milestone",
        _l("Add a milestone, and record that the client confirmed it."),
    )
    needs_reason = "needs_reason", _l("Enter a reason.")
    needs_wake_up = "needs_wake_up", _l("Choose a date to reopen this opportunity.")

    @property
    def needed_right(self) -> Right | None:
        """The right of the colleague who can lift the refusal; None if the user can."""
        blocked = (MoveRefusal.hard_stop, MoveRefusal.hold_right, MoveRefusal.export_gate)
        return Right.compliance if self in blocked else None


@dataclass(frozen=True)
class OpportunityFacts:
    """What the moves of an opportunity depend on.

    `is_cleared`: the export review is finished. `is_embargoed`: a munitions product for an embargoed country.
    """

    path: SalesPath
    met_tests: frozenset[ExitTest] = frozenset()
    is_cleared: bool = False
    is_embargoed: bool = False


@dataclass(frozen=True)
class StageMove:
    """A move to a stage: the tests it skips, and why it is refused."""

    new: OpportunityStage
    skipped: tuple[ExitTest, ...] = ()
    refusal: MoveRefusal | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the move may be made."""
        return self.refusal is None

    @property
    def is_blocked(self) -> bool:
        """Whether no input of the user would help: someone else has to act, or the path has no such move."""
        return self.refusal not in (None, MoveRefusal.needs_reason, MoveRefusal.needs_wake_up)


def path_stages(path: SalesPath) -> tuple[OpportunityStage, ...]:
    """Return the stages of a sales path in order, without the end states."""
    return tuple(stage for stage in ACTIVE_STAGES if stage.is_direct or path is SalesPath.project)


def is_open(stage: OpportunityStage) -> bool:
    """Whether the contract is neither signed nor in an end state."""
    return not stage.is_end and stage.group is not StageGroup.signed


def skipped_tests(old: OpportunityStage, new: OpportunityStage, opportunity: OpportunityFacts) -> tuple[ExitTest, ...]:
    """Return the unmet tests of the stages from `old` to before `new`; out of an end state: from the first stage on."""
    stages_left = (stage for stage in path_stages(opportunity.path) if old.order <= stage.order < new.order)
    return tuple(test for stage in stages_left for test in stage.tests if test not in opportunity.met_tests)


def check_move(
    old: OpportunityStage,
    new: OpportunityStage,
    opportunity: OpportunityFacts,
    *,
    may_hold: bool,
    why: str | None = None,
    wake_on: date | None = None,
) -> StageMove:
    """Check a move. Moves back, out of an end state and to `lost` need a reason, to `dormant` a date to reopen.

    For `export_cleared` and from `quoted` on, the export review must be finished; for `impact_reported` the client must
    have confirmed a milestone.
    `may_hold` is the compliance right for this opportunity.
    """
    refusal = _find_final_refusal(old, new, opportunity, may_hold=may_hold) or _missing_input(old, new, why, wake_on)
    return StageMove(new, skipped_tests(old, new, opportunity), refusal)


def list_moves(old: OpportunityStage, opportunity: OpportunityFacts, *, may_hold: bool) -> list[StageMove]:
    """Return the moves to every other stage of the path and every end state, in order."""
    stages = (*path_stages(opportunity.path), *END_STAGES)
    return [check_move(old, new, opportunity, may_hold=may_hold) for new in stages if new is not old]


def _find_final_refusal(
    old: OpportunityStage, new: OpportunityStage, opportunity: OpportunityFacts, *, may_hold: bool
) -> MoveRefusal | None:
    """Return a refusal that no input of the user can change, the most serious first."""
    checks = {
        MoveRefusal.same_stage: old is new,
        MoveRefusal.off_path: not new.is_direct and opportunity.path is SalesPath.direct_sale,
        MoveRefusal.hold_right: OpportunityStage.export_hold in (old, new) and not may_hold,
        MoveRefusal.hard_stop: opportunity.is_embargoed and new.order > old.order,
        MoveRefusal.export_gate: _needs_review(old, new) and not opportunity.is_cleared,
        MoveRefusal.needs_milestone: new is OpportunityStage.impact_reported
        and ExitTest.milestone not in opportunity.met_tests,
    }
    return next((refusal for refusal, so in checks.items() if so), None)


def _needs_review(old: OpportunityStage, new: OpportunityStage) -> bool:
    """Return whether the export review must be finished for a move: to the stage that says so, and from `quoted` on."""
    return new.needs_export_review or (new is OpportunityStage.export_cleared and new.order > old.order)


def _missing_input(
    old: OpportunityStage, new: OpportunityStage, why: str | None, wake_on: date | None
) -> MoveRefusal | None:
    """Return the refusal for a missing reason or date."""
    goes_back = not new.is_end and new.order < old.order
    if (goes_back or old.is_end or new is OpportunityStage.lost) and not (why and why.strip()):
        return MoveRefusal.needs_reason
    return MoveRefusal.needs_wake_up if new is OpportunityStage.dormant and wake_on is None else None


def probability(
    stage: OpportunityStage, *, percent: int | None = None, certainty: Certainty | None = None
) -> int | None:
    """Return the probability in percent: the counselor's number, else the confidence, else the default of the stage.

    A signed or ended opportunity has the default of its stage. None: left out of weighted sums.
    """
    if not is_open(stage):
        return stage.default_percent
    if percent is not None:
        return percent
    return certainty.percent if certainty else stage.default_percent


def is_overdue_in_stage(days: int, stage: OpportunityStage) -> bool:
    """Whether an opportunity has been in its stage for more days than the stage allows."""
    return stage.idle_days is not None and days > stage.idle_days


def is_slip(field: str, old: str | None, new: str | None) -> bool:
    """Whether a change moves the close date to a later day or removes it; days are ISO texts, "" for none."""
    return field == ChangedField.close.value and bool(old) and (not new or new > str(old))


def _may_move(actor: Actor, facts: HasAccess) -> bool:
    return may_edit(actor, facts) or may_hold(actor, facts)


RULES["opportunity:see"] = Rule(is_signed_in, may_see_opportunity, "View opportunities, pipeline and history.")
RULES["probability:set"] = Rule(is_manager, may_see, "Choose the default probabilities of one's own teams.")
RULES["opportunity:make"] = Rule(is_signed_in, may_edit, "Add an opportunity.")
RULES["opportunity:edit"] = Rule(is_signed_in, may_edit, "Edit an opportunity.")
RULES["opportunity:move"] = Rule(is_signed_in, _may_move, "Move an opportunity and mark its stage requirements.")
RULES["opportunity:hold"] = Rule(
    has_compliance, may_hold, "Set and lift the export hold, and waive requirements of the export review."
)
