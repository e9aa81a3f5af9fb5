"""The period lock: what a transaction changes in a filed report becomes a correction of it, in the same transaction.

Every way of changing records ends in a commit, so the lock is there: forms, changes of many records, imports, merges,
undo, jobs and commands meet the same check (docs/adr/0021-period-lock.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.changed_rows import ChangedRows, created_in
from crm.core.data.chunks import chunked
from crm.core.data.history import ACTION, UNDO, Batch, author_of
from crm.core.hooks import ROWS_CHANGED
from crm.core.words import _
from crm.funding.models import Award, FiledReport, FunderRule
from crm.funding.policy.filing import Difference
from crm.funding.queries.differences import find_changed_reports
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization

from .filing import add_correction

COUNTED = (Interaction, InteractionClient, InteractionTime, Organization, Client, ClientAgreement, DatedFact)
"""The tables from which it follows whether and how a session counts."""
RULES = (Award, FunderRule)
"""Tables of few rows that decide about all sessions of a funder."""


class PendingCorrection(NamedTuple):
    """A filed report, and how a transaction changes what it counts."""

    report: FiledReport
    differences: list[Difference]


def find_corrections(changed: ChangedRows) -> list[PendingCorrection]:
    """Return how changed rows differ from what filed reports count: none if nothing was filed."""
    ids = {i for table in COUNTED for i in _list_changed(changed, table.__tablename__)}
    if any(table.__tablename__ in changed for table in RULES):
        differences = find_changed_reports()
    elif ids:
        differences = _compare(ids)
    else:
        return []
    if not differences:
        return []
    reports = db.session.scalars(sa.select(FiledReport).where(FiledReport.id.in_(differences)).order_by(FiledReport.id))
    return [PendingCorrection(report, differences[report.id]) for report in reports]


def _list_changed(changed: ChangedRows, table: str) -> Iterator[int]:
    """Yield the ids of records changed in a table; a new interaction counts by its clients, which are new rows, too."""
    new_ids = created_in(changed, table) if table == Interaction.__tablename__ else ()
    yield from (i for i in changed.get(table, ()) if i is not None and i not in new_ids)


def _compare(ids: Collection[int]) -> dict[int, list[Difference]]:
    """Compare the sessions of interactions and clients with what each report counts of them."""
    differences: dict[int, dict[tuple[int, int], Difference]] = {}
    for part in chunked(sorted(ids)):
        for report_id, rows in find_changed_reports(records=part).items():
            # A session is met twice if its interaction and its client changed in different parts.
            differences.setdefault(report_id, {}).update((row.key, row) for row in rows)
    return {report_id: list(rows.values()) for report_id, rows in differences.items()}


def record_corrections(corrections: Sequence[PendingCorrection], reason: str, user_id: int | None) -> None:
    """Record corrections of filed reports with their reason."""
    for report, differences in corrections:
        add_correction(report, differences, reason, user_id)


def default_reason(changed: ChangedRows) -> str:
    """Return what was done as the reason of a correction; "" for what one request of a user changed."""
    batch = _find_batch(changed)
    return _describe(batch) if batch else ""


def _find_batch(changed: ChangedRows) -> Batch | None:
    """Return the latest batch of changes that is more than an action of a user."""
    ids = {batch_id for rows in changed.values() for batch_id in rows.values() if batch_id is not None}
    stmt = sa.select(Batch).where(Batch.id.in_(ids), Batch.kind != ACTION).order_by(Batch.id.desc()).limit(1)
    return db.session.scalars(stmt).first() if ids else None


def _describe(batch: Batch) -> str:
    texts = {
        "import": _("Import: %(title)s", title=batch.title),
        "import_undo": _("Undo of an import: %(title)s", title=batch.title),
        "merge": _("Merge: %(title)s", title=batch.title),
        "unmerge": _("Undo of a merge"),
        UNDO: _("Undo of a change"),
    }
    return texts.get(batch.kind) or _("Bulk change")


def record_silent_changes(session: Session, _changed: ChangedRows, new: ChangedRows) -> None:
    """Record before a commit what nobody gave a reason for: imports, merges, undo, jobs, commands."""
    corrections = find_corrections(new) if session is db.session() else []
    if corrections:
        author = author_of(session)
        batch = _find_batch(new)
        reason = _describe(batch) if batch else _("Changed %(via)s", via=author.via.label)
        record_corrections(corrections, reason, author.actor_id or (batch.actor_id if batch else None))


ROWS_CHANGED.append(record_silent_changes)
