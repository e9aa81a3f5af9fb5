"""The choices of "Move to…": every other stage, its unmet tests, why it is blocked, what input it needs."""

from __future__ import annotations

from dataclasses import dataclass

from crm.core.policy import Actor, can

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


def options_for(actor: Actor, row: Opportunity, tests: ExitTests) -> list[StageOption]:
    """Return the stages to choose from; for those who may only set and lift the export hold, only these moves."""
    may_hold = can(actor, "opportunity:hold", row)
    moves = list_moves(row.stage, tests.facts, may_hold=may_hold)
    if not can(actor, "opportunity:edit", row):
        moves = [m for m in moves if OpportunityStage.export_hold in (row.stage, m.new)]
    return [
        StageOption(
            move,
            not move.new.is_end and move.new.order < row.stage.order,
            tuple(t for t in move.skipped if may_mark_test(t, applies=False, may_hold=may_hold)),
        )
        for move in moves
    ]
