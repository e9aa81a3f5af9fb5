"""Write planned rows of contacts, each as if it had been logged by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.core.policy import Actor
from crm.imports.plan.line import Line, Options
from crm.imports.policy import Outcome
from crm.interactions.services import log_interaction

STEP = 100


def write_interactions(actor: Actor, lines: Sequence[Line], _options: Options, tell: Callable[[int], None]) -> None:
    """Log the contacts of the lines. Each line's `record_id` is the contact afterwards."""
    mine = [line for line in lines if line.outcome is Outcome.new]
    for n, line in enumerate(mine):
        made = log_interaction(actor, line.data.values, line.data.told, uid=line.data.uid)
        line.record_id = made.id
        if n % STEP == 0:
            tell(n)
