"""How the present sessions differ from what filed reports count, with their recorded corrections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.policy import SYSTEM
from crm.funding.models import Award, CountedSession, FiledReport
from crm.funding.policy.filing import Difference, FiledSession, ReportKind, find_differences
from crm.interactions.models import InteractionClient

from .counted import INTERACTION, held_on, select_counted
from .filed_assistance import find_changed_client_reports

KEYS = ("interaction_id", "client_id")
FIELDS = ("on", "session_type", "contact", "prep", "travel")
Sessions = dict[int, list[FiledSession]]


def load_differences(report: FiledReport) -> list[Difference]:
    """Return how the present sessions or assistance differ from a report, however they changed."""
    find = find_changed_client_reports if report.kind is ReportKind.assistance else find_changed_reports
    return find(reports=[report.id]).get(report.id, [])


def find_changed_reports(**only: Collection[int]) -> dict[int, list[Difference]]:
    """Return by report how the present sessions differ from it, in one statement that returns only what differs.

    `only` limits it to some `reports`, or to the sessions of some `records`: interactions and clients.
    """
    values = {name: list(ids) for name, ids in only.items()}
    filed, present = Sessions(), Sessions()
    for report_id, *row in _select_differing(SYSTEM, frozenset(only), **values):
        for sessions, session in ((filed, row[: len(row) // 2]), (present, row[len(row) // 2 :])):
            if any(session):
                sessions.setdefault(report_id, []).append(_read(session))
    ids = sorted(filed.keys() | present.keys())
    return {i: find_differences(filed.get(i, ()), present.get(i, ())) for i in ids}


def _read(row: Sequence[Any]) -> FiledSession:
    interaction_id, client_id, on, session_type, *minutes = row
    day = on.isoformat() if isinstance(on, date) else str(on)
    return FiledSession(interaction_id, client_id, day, session_type, *minutes)


@cached_query
def _select_differing(viewer: AccessProfile, only: frozenset[str]) -> Select:
    """Select report, filed and present session: those that changed or were added, then those that are missing now."""
    present = _present(viewer, only).cte("present").prefix_with("MATERIALIZED")
    filed: Any = CountedSession.__table__
    is_same = sa.and_(filed.c.report_id == present.c.report_id, *(filed.c[name] == present.c[name] for name in KEYS))
    columns = [*(filed.c[name] for name in (*KEYS, *FIELDS)), *(present.c[name] for name in (*KEYS, *FIELDS))]
    differs = sa.or_(*(filed.c[name].is_distinct_from(present.c[name]) for name in (*KEYS, *FIELDS)))
    now = sa.select(present.c.report_id, *columns).join_from(present, filed, is_same, isouter=True).where(differs)
    before = sa.select(filed.c.report_id, *columns).join_from(filed, present, is_same, isouter=True)
    before = before.where(present.c.report_id.is_(None))
    if "reports" in only:
        before = before.where(filed.c.report_id.in_(_ids("reports")))
    if "records" in only:
        before = before.where(_is_of_records(filed.c.interaction_id, filed.c.client_id))
    return sa.union_all(now, before)  # type: ignore[return-value]


def _present(viewer: AccessProfile, only: frozenset[str]) -> sa.Select[Any]:
    """Select the sessions that count now, with each report that they belong to."""
    R = FiledReport  # noqa: N806 - read several times below
    stmt = (
        select_counted(viewer, R.id.label("report_id"))
        .join(Award, Award.funder_id == InteractionClient.funder_id)
        .join(R, R.award_id == Award.id)
        .where(R.kind == ReportKind.sessions, held_on.between(R.first, R.last))
        .where(sa.or_(R.team_id.is_(None), R.team_id == INTERACTION.c.visibility_key))
    )
    if "reports" in only:
        stmt = stmt.where(R.id.in_(_ids("reports")))
    if "records" in only:
        stmt = stmt.where(_is_of_records(InteractionClient.interaction_id, InteractionClient.client_id))
    return stmt


def _ids(name: str) -> Any:
    return sa.bindparam(name, expanding=True)


def _is_of_records(interaction_id: Any, client_id: Any) -> sa.ColumnElement[bool]:
    return sa.or_(interaction_id.in_(_ids("records")), client_id.in_(_ids("records")))
