"""The choices of "Move to…": every other stage, its unmet tests, why it is blocked, what input it needs."""

from __future__ import annotations

from dataclasses import dataclass

from crm.core.policy import Actor, Right, can
from crm.core.words import LabeledEnum

from .evidence import ExitTests
from .models import Opportunity
from .policy import END_STAGES, ExitTest, MoveRefusal, OpportunityStage, StageMove, list_moves, may_mark_test


@dataclass(frozen=True)
class StageOption:
    """A stage to move to. `waivable`: missing tests that the user may mark as not applicable."""

    move: StageMove
    is_back: bool
    waivable: tuple[ExitTest, ...]

    @property
    def stage(self) -> OpportunityStage:
        """The stage to move to."""
        return self.move.new

    @property
    def missing_tests(self) -> tuple[ExitTest, ...]:
        """The tests that the move would leave unmet."""
        return self.move.skipped

    @property
    def blocked_reason(self) -> MoveRefusal | None:
        """Why the user can't make this move now; None if they can."""
        return self.move.refusal if self.move.is_blocked else None

    @property
    def needs_input(self) -> bool:
        """Whether the move asks for input, required or not."""
        return bool(self.missing_tests) or not self.move.is_allowed or self.stage in END_STAGES

    @property
    def needs_reason(self) -> bool:
        """Whether a reason is required."""
        return self.move.refusal is MoveRefusal.needs_reason and self.stage is not OpportunityStage.lost


@dataclass(frozen=True)
class StageOptions:
    """All stages to move to, in order."""

    options: list[StageOption]

    @property
    def forward(self) -> list[StageOption]:
        """The stages ahead on the path."""
        return [o for o in self.options if not o.stage.is_end and not o.is_back]

    @property
    def back(self) -> list[StageOption]:
        """The stages before the current one."""
        return [o for o in self.options if o.is_back]

    @property
    def ends(self) -> list[StageOption]:
        """The stages that pause or close the opportunity."""
        return [o for o in self.options if o.stage.is_end]

    @property
    def needs_export_review(self) -> bool:
        """Whether the export review blocks a stage of the path."""
        return MoveRefusal.export_gate in self._refusals

    @property
    def needs_compliance(self) -> bool:
        """Whether a stage of the path is blocked, and a compliance officer can help."""
        return any(refusal.needed_right is Right.compliance for refusal in self._refusals)

    @property
    def _refusals(self) -> list[MoveRefusal]:
        return [o.blocked_reason for o in self.options if o.blocked_reason and not o.stage.is_end]

    def find(self, stage: LabeledEnum | None) -> StageOption | None:
        """Return the option for a stage; None if it is not on offer."""
        return next((o for o in self.options if o.stage is stage), None)


def options_for(actor: Actor, row: Opportunity, tests: ExitTests) -> StageOptions:
    """Return the stages to choose from; for those who may only set and lift the export hold, only these moves."""
    may_hold = can(actor, "opportunity:hold", row)
    moves = list_moves(row.stage, tests.facts, may_hold=may_hold)
    if not can(actor, "opportunity:edit", row):
        moves = [m for m in moves if OpportunityStage.export_hold in (row.stage, m.new)]
    options = [
        StageOption(
            move,
            not move.new.is_end and move.new.order < row.stage.order,
            tuple(t for t in move.skipped if may_mark_test(t, applies=False, may_hold=may_hold)),
        )
        for move in moves
    ]
    return StageOptions(options)
