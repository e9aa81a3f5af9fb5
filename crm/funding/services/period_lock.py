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
from crm.core.data.bulk_changes import BATCH_SIZE, parts
from crm.core.data.changed_rows import ChangedRows, created_in
from crm.core.data.history import ACTION, UNDO, Batch, Via
from crm.core.hooks import ROWS_CHANGED
from crm.core.policy import SYSTEM
from crm.core.words import _
from crm.funding.models import Award, CountedSession, FiledReport, FunderRule
from crm.funding.policy.filing import Difference, find_differences
from crm.funding.queries.filing import freeze, load_counted, load_differences, select_countable
from crm.funding.queries.sessions import list_sessions
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
    has_new_rules = any(table.__tablename__ in changed for table in RULES)
    if not (ids or has_new_rules):
        return []
    stmt = sa.select(FiledReport, Award.funder_id).join(Award, Award.id == FiledReport.award_id)
    if not has_new_rules and len(ids) <= BATCH_SIZE:
        stmt = stmt.where(_may_count(ids))
    reports = db.session.execute(stmt.order_by(FiledReport.id)).all()
    if has_new_rules:
        pending = [PendingCorrection(report, load_differences(report)) for report, _funder in reports]
    else:
        pending = _compare([(report, funder_id) for report, funder_id in reports], ids) if reports else []
    return [x for x in pending if x.differences]


def _list_changed(changed: ChangedRows, table: str) -> Iterator[int]:
    """Yield the ids of records changed in a table; a new interaction counts by its clients, which are new rows, too."""
    new_ids = created_in(changed, table) if table == Interaction.__tablename__ else ()
    yield from (i for i in changed.get(table, ()) if i is not None and i not in new_ids)


def _may_count(ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a report counts a session of these interactions and clients, or has the funder of one."""
    C, S = CountedSession, InteractionClient  # noqa: N806 - read twice each
    counted = sa.exists().where(C.report_id == FiledReport.id, sa.or_(C.interaction_id.in_(ids), C.client_id.in_(ids)))
    of_funder = sa.exists().where(
        S.funder_id == Award.funder_id, sa.or_(S.interaction_id.in_(ids), S.client_id.in_(ids))
    )
    return sa.or_(counted, of_funder)


def _compare(reports: Sequence[tuple[FiledReport, int]], ids: Collection[int]) -> list[PendingCorrection]:
    """Compare the sessions of interactions and clients with what each report counts of them."""
    first, last = min(x.first for x, _funder in reports), max(x.last for x, _funder in reports)
    differences: dict[int, list[Difference]] = {report.id: [] for report, _funder in reports}
    for part in parts(sorted(ids)):
        counted = load_counted(list(differences), part)
        sessions = list_sessions(SYSTEM, first, last, records=part)
        for report, funder_id in reports:
            own = (x for x in sessions if x.funder_id == funder_id and report.first <= x.held_on <= report.last)
            present = freeze(select_countable(own, report.team_id))
            differences[report.id] += find_differences(counted.get(report.id, ()), present)
    # A session is met twice if its interaction and its client changed in different parts.
    return [PendingCorrection(x, list({d.key: d for d in differences[x.id]}.values())) for x, _funder in reports]


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
    return texts.get(batch.kind) or _("Change of many records")


def record_silent_changes(session: Session, _changed: ChangedRows, new: ChangedRows) -> None:
    """Record before a commit what nobody gave a reason for: imports, merges, undo, jobs, commands."""
    corrections = find_corrections(new) if session is db.session() else []
    if corrections:
        user_id, via, _batch_id = session.info.get("by", (None, Via.shell, None))
        batch = _find_batch(new)
        reason = _describe(batch) if batch else _("Changed %(via)s", via=via.label)
        record_corrections(corrections, reason, user_id or (batch.actor_id if batch else None))


ROWS_CHANGED.append(record_silent_changes)
