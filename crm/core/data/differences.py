"""What a flush changed in a row, for the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crm.core.data.plain_values import plain, row_key

if TYPE_CHECKING:
    from crm.core.data.history import Audited

NEVER_AUDITED = frozenset(
    {"tokens", "sort_key", "restricted", "without_managers", "version", "uid"}
    | {"changed_at", "changed_by_id", "created_at", "created_by_id"}
)
"""Attributes whose changes the history leaves out in all tables: those that follow from others, and time stamps."""


def _difference(row: Audited, *, whole: bool) -> dict[str, list[Any]]:
    """Return what was changed in a row, as in `Change`; all old values if `whole`."""
    state = sa.inspect(row)
    silent = NEVER_AUDITED | row.audit_silent
    diff: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        if attribute.key in silent or attribute.columns[0].primary_key:
            continue
        if whole:
            diff[attribute.key] = [plain(state.dict.get(attribute.key)), None]
            continue
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old, new = (plain(v[0]) if v else None for v in (history.deleted, history.added))
            if old != new:
                diff[attribute.key] = [old, new]
    return diff


def describe_change(row: Audited, action: str) -> dict[str, Any] | None:
    """Return the line of the history for a row; None if no value changed."""
    diff = _difference(row, whole=action == "deleted")
    if action == "changed" and not diff:
        return None
    return {
        "root_id": getattr(row, row.audit_root) if row.audit_root else None,
        "action": action,
        "diff": diff,
        "table": row.__tablename__,
        "row_id": row_key(row),
    }
