"""File reports, and record corrections of filed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.locks import lock_row
from crm.core.errors import Invalid
from crm.core.i18n.formats import day_range
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.funding.models import Award, CountedSession, FiledCorrection, FiledReport
from crm.funding.policy.filing import Difference, FiledSession
from crm.funding.policy.rights import sees_goal
from crm.funding.queries.differences import load_differences
from crm.funding.queries.filing import build_filed_sessions, list_countable, list_filed_keys
from crm.funding.queries.nexus import build_counseling_xml
from crm.funding.queries.sessions import ClientSession
from crm.reference.models import Funder


def list_sessions_to_file(actor: Actor, award: Award, values: Mapping[str, Any]) -> list[ClientSession]:
    """Return the sessions of a team that count for an award in a period.

    Raises Invalid for another team, days outside the award, if there are none, or for a session that a report of an
    award of the funder counts already, unless the user files it again.
    """
    if not sees_goal(actor, values["team_id"], None) or (values["team_id"] is None and not actor.sees_all_teams):
        raise Invalid(_("Choose one of your teams."), "team_id")
    if not award.from_on <= values["first"] <= values["last"] <= award.to_on:
        raise Invalid(_("Choose days in the period of the award."), "first")
    if values["last"] >= clock.today(actor.zone):
        raise Invalid(_("Choose a last day in the past."), "last")
    sessions = list_countable(award, values["team_id"], values["first"], values["last"])
    if not sessions:
        raise Invalid(_("Choose a different period. No session counts in this one."), "first")
    if not values.get("files_again"):
        _refuse_filed_sessions(award, sessions)
    return sessions


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

    Waits for others who file a report for the funder, until they commit. Raises Invalid like
    `list_sessions_to_file`, and for an award without a location code.
    """
    lock_row(Funder, award.funder_id)
    sessions = list_sessions_to_file(actor, award, values)
    frozen = build_filed_sessions(sessions)
    report = FiledReport(award_id=award.id, filed_at=clock.now(), filed_by_id=actor.id)
    report.sessions = [x.write() for x in frozen]
    for name in ("team_id", "first", "last", "note"):
        setattr(report, name, values[name])
    report.file = build_counseling_xml(sessions, _get_location_code(award))
    db.session.add(report)
    db.session.flush()
    db.session.add_all(_copy_session(report, x) for x in frozen)
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
    for x in differences:
        if x.present:
            db.session.merge(_copy_session(report, x.present))
        else:
            db.session.delete(db.session.get_one(CountedSession, (report.id, *x.key)))
    db.session.add(row)
    db.session.flush()
    return row


def _copy_session(report: FiledReport, session: FiledSession) -> CountedSession:
    return CountedSession(report_id=report.id, **session.write() | {"on": date.fromisoformat(session.on)})
