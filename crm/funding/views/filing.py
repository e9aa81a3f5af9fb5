"""Filed reports: file one, see it with what changed since, record corrections, download its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response as FileResponse
from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.record import get_visible, refuse_archived
from crm.core.errors import Invalid, NotFound
from crm.core.i18n import formats
from crm.core.lists.export import MIME
from crm.core.lists.export_log import log_export
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import LabeledEnum, _, _l, _p
from crm.funding.client_report import build_client_report
from crm.funding.durations import format_hours
from crm.funding.filed_sheet import build_filed_workbook
from crm.funding.forms.filing import CorrectionForm, FileReportForm, IntakeForm
from crm.funding.models import Award, FiledReport, IntakeAnswers
from crm.funding.policy.filing import ReportKind, suggest_period
from crm.funding.policy.step import StepActivity
from crm.funding.queries import filing as queries
from crm.funding.queries.assistance import list_client_report, sum_assistance
from crm.funding.queries.awards import find_funder_name, get_award
from crm.funding.queries.differences import load_differences
from crm.funding.queries.filed_assistance import sum_filed
from crm.funding.queries.filing import build_filed_sessions
from crm.funding.queries.intake import find_answers
from crm.funding.services.filing import (
    file_report,
    list_assistance_to_file,
    list_sessions_to_file,
    record_correction,
)
from crm.interactions.policy import SessionType
from crm.organizations.models import Organization
from crm.organizations.services import set_facts

from .bp import bp

AMOUNTS = ("approved", "spent", "match")
LABELS = {
    "on": _l("Date"),
    "client_id": _l("Client"),
    "activity": _l("Activity"),
    "approved": _l("Approved"),
    "spent": _l("Spent"),
    "match": _p("grant", "Match"),
    "session_type": _l("Session type"),
    "contact": _l("Contact"),
    "prep": _l("Preparation"),
    "travel": _l("Travel"),
}


@bp.route("/awards/<int:id>/file", may="award:edit", methods=["GET", "POST"])
def award_file(id: int) -> Response:
    """File the sessions or the assistance of a period as a report of an award; `kind` in the address chooses."""
    award = get_award(id)
    team_id, kind = g.actor.first_team_id, _read_kind()
    filed = [row.last for row in queries.list_filed(g.actor, id) if (row.team_id, row.kind) == (team_id, kind)]
    first, last = suggest_period(award.from_on, award.to_on, max(filed, default=None), clock.today(g.actor.zone))
    form = FileReportForm(kind=kind, team_id=team_id, first=first, last=last)

    def then(row: FiledReport) -> Response:
        flash_success(_("Report filed."))
        return redirect_to("funding.filed", id=row.id)

    def save() -> FiledReport:
        return file_report(g.actor, award, form.values())

    page = {"award": award, "funder": find_funder_name(award.funder_id), "hours": format_hours}
    if "preview" in request.form:
        return show_form(form, "funding/file_report.html", **_preview(form, award), **page)
    return save_form(form, save, then, "funding/file_report.html", **page)


def _read_kind() -> ReportKind:
    is_client_report = request.args.get("kind") == ReportKind.assistance.value
    return ReportKind.assistance if is_client_report else ReportKind.sessions


def _preview(form: FileReportForm, award: Award) -> dict[str, Any]:
    """Return the sessions or the totals of the assistance that would be filed; nothing with errors in the form."""
    if not form.validate_on_submit():
        return {}
    values = form.values()
    try:
        if values["kind"] is ReportKind.assistance:
            return {"totals": sum_assistance(list_assistance_to_file(g.actor, award, values))}
        return {"sessions": build_filed_sessions(list_sessions_to_file(g.actor, award, values))}
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return {}


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
    ids = {i for x in all_differences for i in x.record_ids}
    names = queries.load_names(g.actor, ids)
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
        names=names,
        hours=format_hours,
        labels=LABELS,
        write=lambda name, value: _write_value(name, value, names),
        totals=sum_filed(report.assistance),
    )


def _write_value(name: str, value: Any, names: Mapping[int, str]) -> str:
    """Return a value of a filed session or assistance as text: its date, type, client, minutes or amount."""
    if name == "on":
        return formats.day(date.fromisoformat(value), full=True)
    if name == "client_id":
        return names.get(value, _("not visible to you"))
    if name in AMOUNTS:
        return formats.money(Decimal(value), "USD", short=False) if value else _("none")
    codes: dict[str, type[LabeledEnum]] = {"session_type": SessionType, "activity": StepActivity}
    return str(codes[name].from_code(value)) if name in codes else formats.num(value)


@bp.route("/filed/<int:id>/xml", may="award:edit", fresh=True)
def filed_xml(id: int) -> Response:
    """Download the XML as it was filed; a client report has none."""
    report = queries.get_filed(g.actor, id)
    if report.kind is ReportKind.assistance:
        raise NotFound
    return _download(report, "xml", lambda row: row.file)


@bp.route("/filed/<int:id>/xlsx", may="award:edit", fresh=True)
def filed_xlsx(id: int) -> Response:
    """Download the filed sessions as a workbook, or the client report as it was filed."""
    report = queries.get_filed(g.actor, id)
    if report.kind is ReportKind.assistance:
        return _download(report, "xlsx", lambda row: row.file)
    return _download(report, "xlsx", lambda row: build_filed_workbook(g.actor, row))


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
    return _send(
        build(row), name, kind, ("filed_report", {"report": str(row.id)}, len(row.sessions) or len(row.assistance))
    )


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
