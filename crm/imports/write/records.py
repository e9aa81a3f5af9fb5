"""Write planned records, each with the service that its form calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm.core.data.base import db
from crm.core.errors import Invalid, Problem
from crm.core.policy import Actor
from crm.core.words import Lazy, _
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.policy import ImportKind, LineOutcome
from crm.imports.record_kinds import RecordKind
from crm.opportunities.services import add_opportunity, move_opportunity
from crm.people.services import save_representation
from crm.products.services import save_product
from crm.projects.services import add_project, move_lead, save_need
from crm.shows.services import save_show

Saved = tuple[int, str]
"""The id of a new record, and a note on what couldn't be saved."""
Save = Callable[[Actor, Mapping[str, Any], str], Saved]


def write_records(
    spec: RecordKind,
    actor: Actor,
    lines: Sequence[ImportLine],
    options: ImportOptions,
    on_progress: Callable[[int], None],
) -> None:
    """Save the records of the lines and set each line's `record_id`.

    Raises Invalid for a row that the service refuses, unless rows with errors are skipped.
    """
    save = SAVE[spec.kind]
    new = [line for line in lines if line.outcome is LineOutcome.new]
    for number, line in enumerate(new, 1):
        try:
            with db.session.begin_nested():
                line.record_id, note = save(actor, line.data.values, line.data.uid)
            line.problems += (("", note),) if note else ()
        except Problem as problem:
            if not options.skip_refused:
                raise Invalid(_("Row %(n)s: %(problem)s", n=line.line, problem=str(problem))) from problem
            line.refuse(str(problem))
        on_progress(number)


def _save_opportunity(actor: Actor, values: Mapping[str, Any], uid: str) -> Saved:
    row = add_opportunity(actor, {name: value for name, value in values.items() if name != "stage"}, uid=uid)
    stage = values.get("stage")
    if stage is None or stage is row.stage:
        return row.id, ""
    return row.id, _move(row.stage.label, lambda: move_opportunity(actor, row, stage, why=_("Imported")))


def _save_project(actor: Actor, values: Mapping[str, Any], uid: str) -> Saved:
    row = add_project(actor, values, uid=uid)
    stage = values.get("lead_stage")
    if stage is None or stage is row.lead_stage:
        return row.id, ""
    return row.id, _move(row.lead_stage.label, lambda: move_lead(actor, row, stage, why=_("Imported")))


def _move(before: Lazy, move: Callable[[], object]) -> str:
    """Move a new record to its stage. Return why it stays in the first one; "" if it was moved."""
    try:
        with db.session.begin_nested():
            move()
    except Problem as problem:
        return _("The stage is “%(stage)s”: %(problem)s", stage=before, problem=str(problem))
    return ""


SAVE: dict[ImportKind, Save] = {
    ImportKind.products: lambda actor, values, uid: (save_product(actor, values, uid=uid).id, ""),
    ImportKind.representations: lambda actor, values, uid: (save_representation(actor, values, uid=uid).id, ""),
    ImportKind.projects: _save_project,
    ImportKind.needs: lambda actor, values, uid: (save_need(actor, values, uid=uid).id, ""),
    ImportKind.opportunities: _save_opportunity,
    ImportKind.shows: lambda actor, values, uid: (save_show(actor, values, uid=uid).id, ""),
}
