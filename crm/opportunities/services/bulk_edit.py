"""Change one field of many opportunities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.bulk_changes import Derive, set_columns
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.rates import lock_stage_percents

from .second_counselor import FIELD, check_second_counselor
from .stored_values import load_values
from .values import audited_values, check_values, derive_values, replace_close

DERIVING = frozenset({"probability", "close_on"})
"""The columns from which `derive_values` follow."""


def change_opportunities(actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Set a column of many opportunities that aren't confidential, not their links or counselors.

    Changes of amount and close date are recorded. Returns why some can't have the value, by id.
    """
    before, values = load_values(ids), replace_close(values)
    refused = _refuse_second(before.values(), values[FIELD]) if FIELD in values else _refuse(before.values(), values)
    allowed = [i for i in ids if i not in refused]
    if DERIVING & values.keys():
        # Before the rows are locked: a choice of probabilities locks the team first, too.
        for team_id in sorted({row.team_id for row in before.values()} - {None}):
            lock_stage_percents(team_id)
    set_columns(db.session(), Opportunity, allowed, values, _choose_derive(values))
    _add_changes(actor, before, load_values(allowed))
    return refused


def _refuse(rows: Collection[SimpleNamespace], values: Mapping[str, Any]) -> dict[int, str]:
    refused = {}
    for row in rows:
        try:
            check_values(SimpleNamespace(**{**vars(row), **values}))
        except Invalid as problem:
            refused[row.id] = str(problem)
    return refused


def _refuse_second(rows: Collection[SimpleNamespace], user_id: int | None) -> dict[int, str]:
    """Return why a user can't be the second counselor; it depends on the team and on the counselor."""
    if user_id is None:
        return {}
    reasons = {}
    for key in {(row.team_id, row.counselor_id) for row in rows}:
        try:
            check_second_counselor(user_id, *key)
        except Invalid as problem:
            reasons[key] = str(problem)
    return {row.id: reasons[key] for row in rows if (key := (row.team_id, row.counselor_id)) in reasons}


def _choose_derive(values: Mapping[str, Any]) -> Derive | None:
    """Return what derives the columns that follow from these values; None if nothing does."""
    if "waiting_for" in values:
        now = clock.now()
        return lambda ids: {i: {"waiting_since": now} for i in ids}
    if DERIVING & values.keys():
        return lambda ids: {i: derive_values(row) for i, row in load_values(ids).items()}
    return None


def _add_changes(actor: Actor, before: Mapping[int, SimpleNamespace], after: Mapping[int, SimpleNamespace]) -> None:
    """Record the changes of amount and close date."""
    shared: dict[str, Any] = {"at": clock.now(), "by_id": actor.id}
    changes = [
        shared | {"opportunity_id": i, "field": field.value, "old": old, "new": new}
        for i, row in after.items()
        for (field, old), new in zip(audited_values(before[i]).items(), audited_values(row).values(), strict=True)
        if new != old
    ]
    if changes:
        db.session.execute(sa.insert(OpportunityChange), changes)
