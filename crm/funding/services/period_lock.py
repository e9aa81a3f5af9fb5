"""The period lock: what a transaction changes in a filed report becomes a correction of it, in the same transaction.

Every way of changing records ends in a commit, so the lock is there: forms, changes of many records, imports, merges,
undo, jobs and commands meet the same check (docs/adr/0021-period-lock.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.changed_rows import ChangedRows, created_in
from crm.core.data.chunks import chunked
from crm.core.data.history import ACTION, UNDO, Batch, author_of
from crm.core.hooks import ROWS_CHANGED
from crm.core.words import _
from crm.funding.models import Assistance, Award, FiledReport, FunderRule
from crm.funding.policy.filing import Difference
from crm.funding.queries.differences import find_changed_reports
from crm.funding.queries.filed_assistance import find_changed_client_reports
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization

from .filing import add_correction

ASSISTED = (Assistance, Organization)
"""The tables from which it follows what a client report counts."""
COUNTED = (Interaction, InteractionClient, InteractionTime, Organization, Client, ClientAgreement, DatedFact)
"""The tables from which it follows whether and how a session counts."""
RULES = (Award, FunderRule)
"""Tables of few rows that decide about all sessions of a funder."""
WITHOUT_NEW = {"records": Interaction, "clients": Organization}
"""Whose new rows count nothing by themselves: a new interaction counts by its clients, a new client by assistance."""
FindChanged: TypeAlias = Callable[..., dict[int, list[Difference]]]


class PendingCorrection(NamedTuple):
    """A filed report, and how a transaction changes what it counts."""

    report: FiledReport
    differences: list[Difference]


def find_corrections(changed: ChangedRows) -> list[PendingCorrection]:
    """Return how changed rows differ from what filed reports count: none if nothing was filed."""
    if any(table.__tablename__ in changed for table in RULES):
        differences = find_changed_reports()
    else:
        differences = _compare(changed, COUNTED, find_changed_reports, "records")
    differences |= _compare(changed, ASSISTED, find_changed_client_reports, "clients")
    if not differences:
        return []
    reports = db.session.scalars(sa.select(FiledReport).where(FiledReport.id.in_(differences)).order_by(FiledReport.id))
    return [PendingCorrection(report, differences[report.id]) for report in reports]


def _list_changed(changed: ChangedRows, tables: Collection[Any], without_new: Any) -> Iterator[int]:
    """Yield the ids of records changed in tables; not those that are only new in the table `without_new`."""
    for name in (table.__tablename__ for table in tables):
        new_ids = created_in(changed, name) if name == without_new.__tablename__ else ()
        yield from (i for i in changed.get(name, ()) if i is not None and i not in new_ids)


def _compare(
    changed: ChangedRows, tables: Collection[Any], find: FindChanged, name: str
) -> dict[int, list[Difference]]:
    """Compare the sessions or the assistance of changed records with what each report counts of them."""
    ids = set(_list_changed(changed, tables, WITHOUT_NEW[name]))
    differences: dict[int, dict[tuple[int, ...], Difference]] = {}
    for part in chunked(sorted(ids)):
        for report_id, rows in find(**{name: part}).items():
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
    # A merge is named without its clients: they can become confidential, and the correction says which they are.
    texts = {
        "import": _("Import: %(title)s", title=batch.title),
        "import_undo": _("Undo of an import: %(title)s", title=batch.title),
        "merge": _("Merge"),
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
