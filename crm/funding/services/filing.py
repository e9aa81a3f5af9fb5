"""File reports, and record corrections of filed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.locks import lock_row
from crm.core.errors import Invalid
from crm.core.i18n.formats import day_range
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.funding.client_report import build_client_report
from crm.funding.models import Award, CountedAssistance, CountedSession, FiledCorrection, FiledReport
from crm.funding.policy.filing import Difference, Filed, FiledSession, ReportKind
from crm.funding.policy.rights import sees_goal
from crm.funding.queries.assistance import ClientReportRow, list_reportable
from crm.funding.queries.differences import load_differences
from crm.funding.queries.filed_assistance import build_filed_assistance, find_filed_twice, lock_assistance
from crm.funding.queries.filing import build_filed_sessions, list_countable, list_filed_keys
from crm.funding.queries.nexus import build_counseling_xml
from crm.funding.queries.sessions import ClientSession
from crm.reference.models import Funder


def list_sessions_to_file(actor: Actor, award: Award, values: Mapping[str, Any]) -> list[ClientSession]:
    """Return the sessions of a team that count for an award in a period.

    Raises Invalid for another team, days outside the award, if there are none, or for a session that a report of an
    award of the funder counts already, unless the user files it again.
    """
    _check_scope(actor, award, values)
    sessions = list_countable(award, values["team_id"], values["first"], values["last"])
    if not sessions:
        raise Invalid(_("Choose a different period. No session counts in this one."), "first")
    if not values.get("files_again"):
        _refuse_filed_sessions(award, sessions)
    return sessions


def list_assistance_to_file(actor: Actor, award: Award, values: Mapping[str, Any]) -> list[ClientReportRow]:
    """Return the assistance to a team's clients under an award in a period. Raises Invalid as for sessions."""
    _check_scope(actor, award, values)
    rows = list_reportable(award.id, values["team_id"], values["first"], values["last"])
    if not rows:
        raise Invalid(_("Choose a different period. There's no assistance in this one."), "first")
    filed = None if values.get("files_again") else find_filed_twice(award, [x.assistance.id for x in rows])
    if filed:
        report, count = filed
        message = ngettext(
            "%(num)s activity is already in the client report for %(days)s. Choose other days, or check “File again”.",
            "%(num)s activities are already in the client report for %(days)s. "
            "Choose other days, or check “File again”.",
            count,
            days=day_range(report.first, report.last),
        )
        raise Invalid(message, "files_again")
    return rows


def _check_scope(actor: Actor, award: Award, values: Mapping[str, Any]) -> None:
    """Raise Invalid for another team, and for days outside the award or in the future."""
    if not sees_goal(actor, values["team_id"], None) or (values["team_id"] is None and not actor.sees_all_teams):
        raise Invalid(_("Choose one of your teams."), "team_id")
    if not award.from_on <= values["first"] <= values["last"] <= award.to_on:
        raise Invalid(_("Choose days in the period of the award."), "first")
    if values["last"] >= clock.today(actor.zone):
        raise Invalid(_("Choose a last day in the past."), "last")


def _refuse_filed_sessions(award: Award, sessions: Sequence[ClientSession]) -> None:
    """Raise Invalid if a report of an award of the funder counts one of the sessions already."""
    keys = {(x.interaction_id, x.client_id) for x in sessions}
    for report, number, filed_keys in list_filed_keys(award.funder_id):
        if count := len(keys & filed_keys):
            message = ngettext(
                "%(num)s session is already in the report of %(award)s for %(days)s. "
                "Choose other days, or check “File again”.",
                "%(num)s sessions are already in the report of %(award)s for %(days)s. "
                "Choose other days, or check “File again”.",
                count,
                award=number,
                days=day_range(report.first, report.last),
            )
            raise Invalid(message, "files_again")


def file_report(actor: Actor, award: Award, values: Mapping[str, Any]) -> FiledReport:
    """File the sessions of a team that count for an award in a period, as a frozen copy with its XML file.

    With the kind *assistance*, file its assistance with the client report as a workbook. Waits for others who file a
    report for the funder or change this assistance, until they commit. Raises Invalid like `list_sessions_to_file`,
    and for sessions of an award without a location code.
    """
    lock_row(Funder, award.funder_id)
    report = FiledReport(award_id=award.id, filed_at=clock.now(), filed_by_id=actor.id, sessions=[], assistance=[])
    for name in ("team_id", "first", "last", "note"):
        setattr(report, name, values[name])
    frozen: Sequence[Filed]
    if values.get("kind") is ReportKind.assistance:
        lock_assistance(award.id)
        rows = list_assistance_to_file(actor, award, values)
        frozen = build_filed_assistance(rows)
        report.kind, report.file = ReportKind.assistance, build_client_report(rows)
        report.assistance = [x.write() for x in frozen]
    else:
        sessions = list_sessions_to_file(actor, award, values)
        frozen = build_filed_sessions(sessions)
        report.file = build_counseling_xml(sessions, _get_location_code(award))
        report.sessions = [x.write() for x in frozen]
    db.session.add(report)
    db.session.flush()
    db.session.add_all(_copy(report, x) for x in frozen)
    db.session.flush()
    return report


def _get_location_code(award: Award) -> int:
    if award.location_code is None:
        raise Invalid(_("Edit the award first and enter its NEXUS location code."))
    return award.location_code


def record_correction(actor: Actor, report: FiledReport, reason: str) -> FiledCorrection:
    """Record with a reason that the present records differ from a report. Raises Invalid if they don't."""
    differences = load_differences(report)
    if not differences:
        raise Invalid(_("There's nothing to correct: the records match the filed report."), "reason")
    return add_correction(report, differences, reason, actor.id)


def add_correction(
    report: FiledReport, differences: Sequence[Difference], reason: str, user_id: int | None
) -> FiledCorrection:
    """Record differences from a report with who, when and why, and bring up to date what it counts."""
    row = FiledCorrection(report_id=report.id, at=clock.now(), user_id=user_id, reason=reason)
    row.differences = [x.write() for x in differences]
    table = CountedAssistance if report.kind is ReportKind.assistance else CountedSession
    for x in differences:
        if x.present:
            db.session.merge(_copy(report, x.present))
        else:
            db.session.delete(db.session.get_one(table, (report.id, *x.key)))
    db.session.add(row)
    db.session.flush()
    return row


def _copy(report: FiledReport, x: Filed) -> CountedSession | CountedAssistance:
    values = x.write() | {"report_id": report.id, "on": date.fromisoformat(x.on)}
    if isinstance(x, FiledSession):
        return CountedSession(**values)
    amounts = {name: None if values[name] is None else Decimal(values[name]) for name in ("approved", "spent", "match")}
    return CountedAssistance(**values | amounts)
