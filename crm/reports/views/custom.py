"""Custom reports: build one, save it, and open saved ones."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.forms.params import bad_address
from crm.core.lists import Listing
from crm.core.web.blueprint import flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.reports import files
from crm.reports.custom import services
from crm.reports.custom.build import PAGE_ROWS, build_custom_report
from crm.reports.custom.describe import list_question_facts
from crm.reports.custom.kinds import EXAMPLES, get_kind, list_kinds
from crm.reports.custom.page import build_page
from crm.reports.custom.question import Params, Question, parse_question
from crm.reports.custom.saved import PREFIX, define, define_unsaved, get_own, get_saved, list_saved, read_saved
from crm.reports.definitions import ReportDefinition
from crm.reports.forms import CustomReportForm
from crm.reports.models import CustomReport
from crm.reports.params import FILE_ROWS, FORMATS, parse_id

from . import bp

add_command(Command("reports.custom", _l("Custom reports"), "report", _l("Build report chart group count")))


@bp.route("/custom/", may="report:see")
def custom() -> Response:
    """List saved reports, examples, and the kinds of records to report on."""
    saved = list_saved(g.actor)
    return render("reports/custom/index.html", saved_reports=saved, kinds=list_kinds(g.actor), examples=EXAMPLES)


@bp.route("/custom/build/<kind>", may="report:build")
def custom_build(kind: str) -> Response:
    """Choose what a report shows; with a grouping it is shown, or sent as a file (`as`: csv, xlsx or pdf)."""
    params, report_kind = request.args.copy(), get_kind(kind, g.actor)
    saved = _take_saved(params, report_kind.listing)
    params.poplist("as")
    question = parse_question(report_kind.name, params, g.actor)
    if request.args.get("as"):
        return _send(question, define_unsaved(question))
    report = build_custom_report(question, g.actor) if question.groupings else None
    own = get_own(g.actor, parse_id(saved)) if saved is not None else None
    page = build_page(question, g.actor)
    return render("reports/custom/build.html", question=question, report=report, own=own, page=page)


def _take_saved(params: Params, listing: Listing) -> str | None:
    """Remove the number of the saved report and return it; addresses of earlier versions name it `report`."""
    is_filter = any(f.name == "report" for f in listing.filters)
    values = [value for name in ("saved", *(() if is_filter else ("report",))) for value in params.poplist(name)]
    return values[0] if values else None


def _send(question: Question, definition: ReportDefinition) -> Response:
    """Send a report as a file."""
    kind = request.args["as"]
    if kind not in FORMATS or not question.groupings:
        raise bad_address()
    report, facts = build_custom_report(question, g.actor, FILE_ROWS), list_question_facts(question, g.actor)
    args: dict[str, Any] = {"kind": question.kind, "query": question.query}
    response, log = files.export_report(definition, report, facts, kind, g.actor, args)
    g.after_commit.append(log)
    return response


@bp.route("/custom/<int:id>", may="report:see")
def custom_show(id: int) -> Response:
    """Show a saved report, or send it as a file (`as`: csv, xlsx or pdf)."""
    saved = get_saved(g.actor, id)
    question, problem, change_url = read_saved(g.actor, saved)
    if question and request.args.get("as"):
        return _send(question, define(saved))
    report = build_custom_report(question, g.actor, PAGE_ROWS) if question else None
    facts = list_question_facts(question, g.actor) if question else []
    texts = {"problem": problem, "change_url": change_url}
    return render("reports/custom/show.html", saved=saved, report=report, facts=facts, texts=texts)


@bp.route("/custom/new", may="report:build", methods=["GET", "POST"])
def custom_new() -> Response:
    """Save what was built under a name."""
    choices = {name: request.args.get(name, "") for name in ("kind", "query", "name")}
    form = CustomReportForm(data=choices)

    def save() -> CustomReport:
        values = {"uid": form.uid.data} | form.values()
        return services.save_report(g.actor, form.kind.data or "", form.query.data or "", values)

    back_url = _builder_url(form.kind.data, form.query.data)
    return save_form(form, save, _open_saved, "reports/custom/save.html", title=_("Save report"), cancel_url=back_url)


def _builder_url(kind: str | None, query: str | None) -> str:
    """Return the page on which a report was built, with its choices; the list of reports if the kind is missing."""
    return f"{url_for('reports.custom_build', kind=kind)}?{query or ''}" if kind else _url()


def _open_saved(row: CustomReport) -> Response:
    email_url = url_for("reports.dashboard_edit", email=f"{PREFIX}{row.id}")
    flash_success(_("Report saved."), more=(_("Get it by email"), email_url))
    return redirect_to("reports.custom_show", id=row.id)


def _url() -> str:
    return url_for("reports.custom")


@bp.route("/custom/<int:id>/edit", may="report:build", methods=["GET", "POST"])
def custom_edit(id: int) -> Response:
    """Rename one of the actor's reports, share it, or save new choices."""
    row = get_own(g.actor, id)
    form = CustomReportForm(obj=row)
    form.query.data = request.args.get("query") or form.query.data

    def save() -> CustomReport:
        return services.change_report(g.actor, row, form.values(), form.query.data or "")

    title, url = _("Edit report “%(name)s”", name=row.name), url_for("reports.custom_show", id=id)
    return save_form(form, save, _open_saved, "reports/custom/save.html", title=title, cancel_url=url)


@bp.route("/custom/<int:id>/delete", may="report:build", methods=["POST"])
def custom_delete(id: int) -> Response:
    """Delete one of the actor's reports."""
    services.delete_report(get_own(g.actor, id))
    return go_to("reports.custom", _("Report deleted."))(None)
