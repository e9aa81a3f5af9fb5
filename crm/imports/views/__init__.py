"""Pages of imports: list, new import, preview, result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import Response as FlaskResponse
from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.errors import Invalid, NotFound
from crm.core.i18n.formats import moment, num
from crm.core.lists.export import MIME
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.imports import queries, services
from crm.imports.columns import build_columns, first_rows
from crm.imports.error_sheet import build_error_sheet, find_problems
from crm.imports.forms import FileForm, PreviewForm, row_choices, selected_choice
from crm.imports.models import ImportRun
from crm.imports.policy import ImportKind, LineOutcome, RunState, undo_until
from crm.imports.record_kinds import RECORD_KINDS

bp = Feature("imports", __name__, url_prefix="/imports")
layout.add_nav_entry("imports.index", _l("Imports"), "upload", 95)
REFRESH_SECONDS = 3
PAGES = {
    ImportKind.people: "desk.person",
    ImportKind.organizations: "desk.organization",
    ImportKind.posts: "desk.organization",
    ImportKind.interactions: "desk.interaction",
    ImportKind.followups: "desk.followup",
    **{kind: f"desk.{spec.entity.__mapper__.polymorphic_identity}" for kind, spec in RECORD_KINDS.items()},
}


@bp.route("/", may="import:see")
def index() -> Response:
    """Show the user's imports; a manager also sees the team's."""
    return render("imports/index.html", runs=queries.list_runs(g.actor))


@bp.route("/new", may="import:make", methods=["GET", "POST"])
def new() -> Response:
    """Upload a file and preview it."""
    form = FileForm(kind=_requested_kind()) if request.method == "GET" else FileForm()
    data, name = form.uploaded_file()
    # Read the file before the form's transaction begins to write.
    snapshot = services.preview_file(g.actor, data, form.selected_kind)
    with on_post(form) as posted:
        if posted:
            run = services.start_import(g.actor, data, name, form.selected_kind, uid=form.uid.data, snapshot=snapshot)
            return redirect_to("imports.run", id=run.id)
    return show_form(form, "imports/new.html")


def _requested_kind() -> ImportKind | None:
    kind = request.args.get("kind", "")
    return ImportKind.from_code(kind) if kind in {kind.value for kind in ImportKind} else None


@bp.route("/<int:id>", may="import:see", methods=["GET", "POST"])
def run(id: int) -> Response:
    """Show the preview of an import and take its settings; once confirmed, show the result."""
    import_run = queries.get_run(g.actor, id, lock=request.method == "POST")
    if import_run.state != RunState.preview.value:
        return redirect_to("imports.run", id=id) if request.method == "POST" else _result(import_run)
    form = PreviewForm(import_run, services.load_preview(import_run))
    with on_post(form) as posted:
        if posted:
            return _take(import_run, form)
    return _preview(import_run, form)


def _take(import_run: ImportRun, form: PreviewForm) -> Response:
    """Store the settings; import if confirmed, unless the rows differ from those shown."""
    try:
        preview = services.change_run(g.actor, import_run, form.to_settings())
    except services.AlreadyConfirmed:
        return redirect_to("imports.run", id=import_run.id)
    if form.is_confirmed and not preview.is_reread:
        try:
            services.confirm_run(g.actor, import_run, preview.snapshot)
        except Invalid as problem:
            form.refuse(problem.message, problem.field)
            return _preview(import_run, form)
        return redirect_to("imports.run", id=import_run.id)
    if form.is_confirmed:
        flash_success(_("The preview was updated. Review the rows, then import."))
    return redirect_to("imports.run", id=import_run.id)


def _preview(import_run: ImportRun, form: PreviewForm) -> Response:
    # After a post the page shows the file as read before: changed file settings redirect.
    source = form.source
    columns, report = build_columns(source, import_run.options["codes"]), _report(import_run)
    choices = import_run.options.get("choices", {})
    context: dict[str, Any] = {
        "run": import_run,
        "source": source,
        "kind": source.kind,
        "report": report,
        "columns": [column for column in columns if not column.is_empty],
        "empty_columns": [column for column in columns if column.is_empty],
        "column_count": len(columns),
        "recognized": sum(bool(column.code) and not column.is_guess for column in columns),
        "first_rows": first_rows(source, columns),
        "to_write": import_run.created + import_run.updated,
        "review_count": report.counts.get(LineOutcome.needs_review, 0),
        "choices": lambda line: row_choices(line, choices),
        "chosen": lambda line: selected_choice(line, choices),
        "is_own": import_run.user_id == g.actor.id,
    }
    return show_form(form, "imports/preview.html", **context)


def _report(import_run: ImportRun) -> queries.ImportReport:
    start = request.args.get("from", 0, type=row_id)
    return queries.build_report(import_run.report, request.args.get("rows", ""), start)


def _result(import_run: ImportRun) -> Response:
    """Show the result or the progress; the page refreshes itself while the import is busy."""
    kind, state = ImportKind.from_code(import_run.kind), RunState.from_code(import_run.state)
    report = _report(import_run)
    context: dict[str, Any] = {
        "run": import_run,
        "kind": kind,
        "state": state,
        "report": report,
        "record_url": _record_url(kind, queries.find_open_records(g.actor, [line.record_id for line in report.lines])),
        "is_table": "table" in (import_run.preview or {}),
        "review_count": report.counts.get(LineOutcome.needs_review, 0),
        "summary_items": _summary_items(import_run),
        "undo_until": undo_until(import_run.at) if queries.may_be_undone(import_run) else None,
        "edited": queries.list_edited_records(g.actor, import_run),
        "refresh_seconds": REFRESH_SECONDS if state.is_busy else None,
    }
    return render("imports/result.html", waits=state.is_busy, **context)


def _summary_items(run: ImportRun) -> list[tuple[str, str]]:
    return [
        (_("New"), num(run.created)),
        (_("Updated"), num(run.updated)),
        (_("Skipped"), num(run.skipped)),
        (_("With errors"), num(run.failed)),
        (_("Rows"), num(run.rows)),
        (_("Date"), moment(run.at)),
    ]


def _record_url(kind: ImportKind, open_ids: Collection[int]) -> Callable[[int | None], str]:
    """Return a function from record id to URL, "" for a record that can't be opened; it builds the URL once."""
    start = url_for(PAGES[kind], id=0).removesuffix("0")
    return lambda record_id: f"{start}{record_id}" if record_id in open_ids else ""


@bp.route("/<int:id>/discard", may="import:make", methods=["POST"])
def discard(id: int) -> Response:
    """Discard an import that wasn't confirmed."""
    import_run = queries.get_run(g.actor, id, lock=True)
    stored_as = import_run.stored_as
    services.discard_run(g.actor, import_run)
    g.after_commit.append(lambda: services.delete_import_file(stored_as))
    flash_success(_("Import discarded. Nothing was imported."))
    return redirect_to("imports.index")


@bp.route("/<int:id>/report.csv", may="import:see")
def report(id: int) -> Response:
    """Download the row report as CSV."""
    import_run = queries.get_run(g.actor, id)
    name = {"Content-Disposition": f'attachment; filename="import-{id}-rows.csv"'}
    return FlaskResponse(queries.report_csv(import_run), content_type="text/csv; charset=utf-8", headers=name)


@bp.route("/<int:id>/errors.xlsx", may="import:see")
def errors(id: int) -> Response:
    """Download the rows with errors as a workbook to fix and import."""
    import_run = queries.get_run(g.actor, id)
    table = services.load_source(import_run).table
    if table is None:
        raise NotFound
    name = {"Content-Disposition": f'attachment; filename="import-{id}-errors.xlsx"'}
    return FlaskResponse(build_error_sheet(table, find_problems(import_run)), content_type=MIME["xlsx"], headers=name)


from . import archive, undo  # noqa: E402, F401 - routes
