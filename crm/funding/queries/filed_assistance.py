"""Assistance as client reports file it, and how the present assistance differs from what they count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.policy import SYSTEM
from crm.funding.models import Assistance, Award, CountedAssistance, FiledReport
from crm.funding.policy.filing import Difference, FiledAssistance, ReportKind, find_differences
from crm.funding.policy.step import WITHOUT_REPORT, StepActivity

from .assistance import ClientReportRow

NAMES = ("client_id", "on", "activity", "approved", "spent", "match")
FiledRows = dict[int, list[FiledAssistance]]


def build_filed_assistance(rows: Iterable[ClientReportRow]) -> list[FiledAssistance]:
    """Return assistance as a client report files it."""
    return [_read((x.id, *(getattr(x, name) for name in NAMES))) for x in (row.assistance for row in rows)]


def lock_assistance(award_id: int) -> None:
    """Wait for others who add, change or remove assistance under an award, or change its clients, until they commit.

    Later changes wait for this transaction, and find the report. Each change of assistance touches its client,
    and new assistance refers to the award; clients are locked first, as by such a change. On SQLite only one
    transaction writes at a time.
    """
    client_ids = sa.select(Assistance.client_id).where(Assistance.award_id == award_id)
    clients = sa.select(Record.id).where(Record.id.in_(client_ids)).order_by(Record.id)
    db.session.execute(clients.with_for_update(key_share=True))
    db.session.execute(sa.select(Award.id).where(Award.id == award_id).with_for_update())


def _read(row: Sequence[Any]) -> FiledAssistance:
    assistance_id, client_id, on, activity, *amounts = row
    code = activity.value if isinstance(activity, StepActivity) else activity
    return FiledAssistance(assistance_id, client_id, on.isoformat(), code, *map(_format, amounts))


def _format(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def find_changed_client_reports(**only: Collection[int]) -> dict[int, list[Difference]]:
    """Return by client report how the present assistance differs from it, in one statement.

    `only` limits it to some `reports`, or to the assistance of some `clients`.
    """
    values = {name: list(ids) for name, ids in only.items()}
    filed, present = FiledRows(), FiledRows()
    for report_id, *row in _select_differing(SYSTEM, frozenset(only), **values):
        for rows, part in ((filed, row[: len(row) // 2]), (present, row[len(row) // 2 :])):
            if part[0] is not None:
                rows.setdefault(report_id, []).append(_read(part))
    ids = sorted(filed.keys() | present.keys())
    return {i: find_differences(filed.get(i, ()), present.get(i, ())) for i in ids}


@cached_query
def _select_differing(viewer: AccessProfile, only: frozenset[str]) -> Select:
    """Select report, filed and present assistance: what changed or was added, then what is missing now."""
    present, filed = _select_present(viewer, only).cte("present"), _select_filed(only).cte("filed")
    is_same = sa.and_(filed.c.report_id == present.c.report_id, filed.c.id == present.c.id)
    pairs = [(filed.c[name], present.c[name]) for name in ("id", *NAMES)]
    columns = [*(old for old, _new in pairs), *(new for _old, new in pairs)]
    differs = sa.or_(*(old.is_distinct_from(new) for old, new in pairs))
    now = sa.select(present.c.report_id, *columns).join_from(present, filed, is_same, isouter=True).where(differs)
    before = sa.select(filed.c.report_id, *columns).join_from(filed, present, is_same, isouter=True)
    return sa.union_all(now, before.where(present.c.report_id.is_(None)))  # type: ignore[return-value]


def _select_filed(only: frozenset[str]) -> sa.Select[Any]:
    C = CountedAssistance  # noqa: N806 - read several times below
    stmt = sa.select(C.report_id, C.assistance_id.label("id"), *(getattr(C, name) for name in NAMES))
    if "reports" in only:
        stmt = stmt.where(C.report_id.in_(_ids("reports")))
    if "clients" in only:
        stmt = stmt.where(C.assistance_id.in_(_select_ids_of_clients()))
    return stmt


def _select_present(viewer: AccessProfile, only: frozenset[str]) -> sa.Select[Any]:
    """Select the assistance that client reports count now, as `list_client_report` has it for filing."""
    A, R, client = Assistance, FiledReport, alias(Record, "reported_client")  # noqa: N806 - read several times below
    activity = sa.type_coerce(A.activity, sa.String).label("activity")
    columns: list[Any] = [activity if name == "activity" else getattr(A, name) for name in NAMES]
    stmt = (
        sa.select(R.id.label("report_id"), A.id, *columns)
        .join(R, R.award_id == A.award_id)
        .join(client, client.id == A.client_id)
        .where(R.kind == ReportKind.assistance, A.on.between(R.first, R.last), A.state.not_in(WITHOUT_REPORT))
        .where(visible(viewer, client), sa.not_(client.confidential))
        .where(sa.or_(R.team_id.is_(None), R.team_id == client.team_id))
    )
    if "reports" in only:
        stmt = stmt.where(R.id.in_(_ids("reports")))
    if "clients" in only:
        stmt = stmt.where(A.id.in_(_select_ids_of_clients()))
    return stmt


def _select_ids_of_clients() -> Any:
    """Select the assistance that is or was counted for some clients: a merge gives it another client."""
    A, C, ids = Assistance, CountedAssistance, _ids("clients")  # noqa: N806 - read twice below
    return sa.union_all(
        sa.select(A.id).where(A.client_id.in_(ids)), sa.select(C.assistance_id).where(C.client_id.in_(ids))
    )


def _ids(name: str) -> Any:
    return sa.bindparam(name, expanding=True)


def sum_filed(rows: Collection[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return the totals of filed assistance in US dollars, by the name of the amount."""
    return {name: sum((Decimal(x[name] or 0) for x in rows), Decimal(0)) for name in ("approved", "spent", "match")}


def list_reports_with_assistance(assistance_id: int) -> list[FiledReport]:
    """List the client reports that count assistance."""
    counted = sa.select(CountedAssistance.report_id).where(CountedAssistance.assistance_id == assistance_id)
    return list(db.session.scalars(sa.select(FiledReport).where(FiledReport.id.in_(counted)).order_by(FiledReport.id)))


def find_filed_twice(award: Award, ids: Collection[int]) -> tuple[FiledReport, int] | None:
    """Return the latest client report of an award that counts some of this assistance, and how much; None if none."""
    C, count = CountedAssistance, sa.func.count()  # noqa: N806 - read several times below
    stmt = (
        sa.select(FiledReport, count)
        .join(C, C.report_id == FiledReport.id)
        .where(FiledReport.award_id == award.id, C.assistance_id.in_(ids))
        .group_by(FiledReport.id)
        .order_by(FiledReport.id.desc())
        .limit(1)
    )
    row = db.session.execute(stmt).first()
    return None if row is None else (row[0], row[1])
