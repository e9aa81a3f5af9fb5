"""Filed reports: file one, see it with what changed since, record corrections, download its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response as FileResponse
from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.record import get_visible, refuse_archived
from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.lists.export import MIME
from crm.core.lists.export_log import log_export
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.funding.client_report import build_client_report
from crm.funding.durations import format_hours
from crm.funding.filed_sheet import build_filed_workbook
from crm.funding.forms.filing import CorrectionForm, FileReportForm, IntakeForm
from crm.funding.models import Award, FiledReport, IntakeAnswers
from crm.funding.policy.filing import FiledSession, suggest_period
from crm.funding.queries import filing as queries
from crm.funding.queries.assistance import list_client_report
from crm.funding.queries.awards import find_funder_name, get_award
from crm.funding.queries.differences import load_differences
from crm.funding.queries.filing import build_filed_sessions
from crm.funding.queries.intake import find_answers
from crm.funding.services.filing import file_report, list_sessions_to_file, record_correction
from crm.interactions.policy import SessionType
from crm.organizations.models import Organization
from crm.organizations.services import set_facts

from .bp import bp

LABELS = {
    "on": _l("Date"),
    "session_type": _l("Session type"),
    "contact": _l("Contact"),
    "prep": _l("Preparation"),
    "travel": _l("Travel"),
}


@bp.route("/awards/<int:id>/file", may="award:edit", methods=["GET", "POST"])
def award_file(id: int) -> Response:
    """File the sessions of a period as a report of an award."""
    award = get_award(id)
    team_id = g.actor.first_team_id
    filed_until = max((row.last for row in queries.list_filed(g.actor, id) if row.team_id == team_id), default=None)
    first, last = suggest_period(award.from_on, award.to_on, filed_until, clock.today(g.actor.zone))
    form = FileReportForm(team_id=team_id, first=first, last=last)

    def then(row: FiledReport) -> Response:
        flash_success(_("Report filed."))
        return redirect_to("funding.filed", id=row.id)

    def save() -> FiledReport:
        return file_report(g.actor, award, form.values())

    page = {"award": award, "funder": find_funder_name(award.funder_id), "hours": format_hours}
    if "preview" in request.form:
        sessions = _preview(form, award)
        return show_form(form, "funding/file_report.html", sessions=sessions, **page)
    return save_form(form, save, then, "funding/file_report.html", **page)


def _preview(form: FileReportForm, award: Award) -> list[FiledSession]:
    """Return what would be filed; none with errors in the form."""
    try:
        return (
            build_filed_sessions(list_sessions_to_file(g.actor, award, form.values()))
            if form.validate_on_submit()
            else []
        )
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return []


@bp.route("/filed/<int:id>", may="award:edit", methods=["GET", "POST"])
def filed(id: int) -> Response:
    """Show a filed report with what changed since; a reason records the changes as a correction."""
    report = queries.get_filed(g.actor, id)
    form = CorrectionForm()
    with on_post(form) as posted:
        if posted:
            record_correction(g.actor, report, form.reason.data)
            return go_to("funding.filed", _("Correction recorded."), id=id)(None)
    differences = load_differences(report)
    corrections = queries.list_corrections(id)
    all_differences = [*differences, *(x for row, _user in corrections for x in row.read_differences())]
    ids = {i for x in all_differences for i in x.key}
    award = get_award(report.award_id)
    return show_form(
        form,
        "funding/filed.html",
        report=report,
        filing=queries.load_filings([report])[id],
        award=award,
        funder=find_funder_name(award.funder_id),
        differences=differences,
        changes=queries.load_last_changes(g.actor, ids, report.filed_at),
        corrections=corrections,
        names=queries.load_names(g.actor, ids),
        hours=format_hours,
        labels=LABELS,
        write=_write_value,
    )


def _write_value(name: str, value: Any) -> str:
    """Return a value of a filed session as text: its date, session type or minutes."""
    if name == "on":
        return formats.day(date.fromisoformat(value), full=True)
    return str(SessionType.from_code(value)) if name == "session_type" else formats.num(value)


@bp.route("/filed/<int:id>/xml", may="award:edit", fresh=True)
def filed_xml(id: int) -> Response:
    """Download the XML as it was filed."""
    return _download(queries.get_filed(g.actor, id), "xml", lambda row: row.file)


@bp.route("/filed/<int:id>/xlsx", may="award:edit", fresh=True)
def filed_xlsx(id: int) -> Response:
    """Download the filed sessions as a workbook."""
    return _download(queries.get_filed(g.actor, id), "xlsx", lambda row: build_filed_workbook(g.actor, row))


@bp.route("/awards/<int:id>/client-report", may="award:see", fresh=True)
def client_report(id: int) -> Response:
    """Download the assistance under an award as the client report (XLSX)."""
    award = get_award(id)
    rows = list_client_report(g.actor, award.id)
    name = f"client-report-{award.from_on:%Y-%m-%d}.xlsx"
    return _send(build_client_report(rows), name, "xlsx", ("client_report", {"award": str(id)}, len(rows)))


def _download(row: FiledReport, kind: str, build: Callable[[FiledReport], bytes]) -> Response:
    """Return a file of a report, and log the export. What the reader may no longer see keeps it closed."""
    queries.check_files_readable(g.actor, row)
    name = f"report-{row.first:%Y-%m-%d}-{row.last:%Y-%m-%d}.{kind}"
    return _send(build(row), name, kind, ("filed_report", {"report": str(row.id)}, len(row.sessions)))


def _send(content: bytes, name: str, kind: str, logged: tuple[str, dict[str, str], int]) -> Response:
    """Return a file, and log the export: the name of what was exported, its parameters, the number of rows."""
    response = FileResponse(content)
    response.headers["Content-Type"] = MIME["xlsx"] if kind == "xlsx" else "application/xml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    user_id = g.actor.id
    g.after_commit.append(lambda: log_export(user_id, *logged, kind))
    return response


@bp.route("/clients/<int:id>/intake", may="intake:edit", methods=["GET", "POST"])
def intake(id: int) -> Response:
    """Edit the voluntary answers of a client to form 641."""
    client = get_visible(Organization, g.actor, id, "intake:edit")
    row = find_answers(id)
    form = IntakeForm(obj=row) if row else IntakeForm()

    def save() -> None:
        refuse_archived(client)
        set_facts(row or IntakeAnswers(client_id=id), form.values())

    then = go_to("desk.organization", id=id)
    return save_form(
        form, save, then, "funding/intake.html", client=client, back_url=url_for("desk.organization", id=id)
    )
