"""Write planned rows of contacts, each as if it had been logged by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.core.policy import Actor
from crm.imports.plan.existing import in_parts
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.policy import LineOutcome
from crm.interactions.services import InteractionToLog, log_interactions

STEP = 2_000
"""After how many rows progress is told."""


def write_interactions(
    actor: Actor, lines: Sequence[ImportLine], _options: ImportOptions, tell: Callable[[int], None]
) -> None:
    """Log the contacts of the lines. Each line's `record_id` is the contact afterwards."""
    mine = [line for line in lines if line.outcome is LineOutcome.new]
    for n, part in enumerate(in_parts(mine, STEP)):
        tell(n * STEP)
        made = log_interactions(
            actor, [InteractionToLog(line.data.uid, line.data.values, line.data.told) for line in part]
        )
        for line, record_id in zip(part, made, strict=True):
            line.record_id = record_id
