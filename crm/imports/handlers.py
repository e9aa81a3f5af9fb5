"""The functions that plan and write each kind of row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from crm.core.policy import Actor

from .labels import problem_column
from .plan.followups import plan_followups
from .plan.interactions import plan_interactions
from .plan.line import ImportLine, ImportOptions
from .plan.organizations import plan_organizations
from .plan.people import plan_people
from .plan.posts import plan_posts
from .plan.records import plan_records
from .plan.repeats import skip_repeats
from .policy import MAX_IMMEDIATE_ROWS, ImportKind
from .record_kinds import RECORD_KINDS
from .write.followups import write_followups
from .write.interactions import write_interactions
from .write.organizations import write_organizations
from .write.people import write_people
from .write.posts import write_posts
from .write.records import write_records

Progress = Callable[[int], None]


class ImportHandler(NamedTuple):
    """The import of one kind of row: `plan` decides what each row does, `write` does it."""

    plan: Callable[[Actor, Sequence[Any], ImportOptions], list[ImportLine]]
    write: Callable[[Actor, Sequence[ImportLine], ImportOptions, Progress], None]
    rows_at_once: int = MAX_IMMEDIATE_ROWS
    """Most rows in the first transaction."""


IMPORT_HANDLERS: dict[ImportKind, ImportHandler] = {
    ImportKind.people: ImportHandler(plan_people, write_people),
    ImportKind.organizations: ImportHandler(plan_organizations, write_organizations),
    ImportKind.posts: ImportHandler(plan_posts, write_posts),
    ImportKind.interactions: ImportHandler(plan_interactions, write_interactions),
    ImportKind.followups: ImportHandler(plan_followups, write_followups),
    **{
        kind: ImportHandler(partial(plan_records, spec), partial(write_records, spec), rows_at_once=50)
        for kind, spec in RECORD_KINDS.items()
    },
}


def plan_rows(kind: ImportKind, actor: Actor, rows: Sequence[Any], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order: what it does, or that it repeats a row above."""
    lines = IMPORT_HANDLERS[kind].plan(actor, rows, options)
    skip_repeats(rows, lines, options)
    for line in lines:
        line.problems = tuple((problem_column(column, kind), text) for column, text in line.problems)
    return lines
