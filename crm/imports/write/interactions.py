"""Write planned interactions, each as if it had been logged by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.core.data.chunks import chunked
from crm.core.policy import Actor
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.policy import LineOutcome
from crm.interactions.services import InteractionToLog, log_interactions

STEP = 2_000
"""Rows between two calls of on_progress."""


def write_interactions(
    actor: Actor, lines: Sequence[ImportLine], _options: ImportOptions, on_progress: Callable[[int], None]
) -> None:
    """Log the interactions of the lines and set each line's `record_id`."""
    new = [line for line in lines if line.outcome is LineOutcome.new]
    for n, part in enumerate(chunked(new, STEP)):
        on_progress(n * STEP)
        record_ids = log_interactions(
            actor, [InteractionToLog(line.data.uid, line.data.values, line.data.details) for line in part]
        )
        for line, record_id in zip(part, record_ids, strict=True):
            line.record_id = record_id
