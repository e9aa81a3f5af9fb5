"""Actions on any record: star, files, archive, counselor, access."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import new_uid, row_id
from crm.core.data.record import Record, archive_record, get_visible, refuse_archived, restore_record
from crm.core.errors import Conflict, Invalid, NotFound
from crm.core.forms.forms import public_id
from crm.core.hooks import ACTION_DONE, SIDE_SECTIONS
from crm.core.lists import respond
from crm.core.policy import may_see
from crm.core.web.blueprint import Feature, claim, flash_success, on_post, render, show_form
from crm.core.web.commands import Command, add_command
from crm.core.web.files import StoredFile, send_stored_file
from crm.core.web.redirects import back, redirect_to, redirect_url
from crm.core.words import _, _l, ngettext
from crm.names import initials_of

from . import queries, services
from .forms import ArchiveForm, ConfidentialityForm, CounselorForm, FilesForm
from .lists import ARCHIVE
from .policy import FOLLOWING_KINDS, KEY_MINUTES, UNDO_MINUTES
from .recent_actions import find_last_action, find_saved, find_undo_page, list_recent_actions
from .starred import StarredRecord, list_starred_records

bp = Feature("records", __name__, url_prefix="/records")
MAX_SELECTED = 500
"""How many selected records one request handles."""
bp.add_app_template_global(new_uid)
ACTION_DONE.append(lambda message: url_for("records.undo", id=i) if (i := services.name_action(message)) else None)


@bp.app_context_processor
def _menu() -> dict[str, str]:
    urls = {"changes_url": "records.changes", "archive_url": "records.archived", "saved_url": "records.saved"}
    return {name: url_for(endpoint) for name, endpoint in urls.items()} if g.get("actor") else {}


add_command(Command("records.changes", _l("Recent changes"), "undo"))
add_command(Command("records.archived", _l("Archive"), "archive"))
add_command(Command("records.changes", _l("Undo last change"), "undo", control="[data-undo-last] button"))
SIDE_SECTIONS["starred"] = lambda actor: [_nav_item(r) for r in list_starred_records(actor)]


def _nav_item(row: StarredRecord) -> tuple[str, str, str, str]:
    """Return a starred record as a navigation item: label, URL, initials, kind."""
    return (
        row.native_label or row.label,
        url_for("records.show", id=row.id),
        initials_of(row.native_label or row.label),
        row.kind,
    )


def url_of_record(record: Record) -> str:
    """Return the URL of a record's page."""
    return url_for(f"desk.{record.kind}", id=record.id)


@bp.route("/<int:id>", may="record:star")
def show(id: int) -> Response:
    """Redirect to the page of a record of any kind."""
    return redirect_url(url_of_record(queries.find_visible_record(g.actor, id)))


@bp.route("/saved", may="record:star")
def saved() -> Response:
    """Redirect to what a form created, by the form's identifier in `uid`."""
    record, url = find_saved(g.actor, public_id(request.args.get("uid")))
    return redirect_url(url_of_record(record) if record else url or url_for("records.changes"))


@bp.route("/<int:id>/star", may="record:star", methods=["POST"])
def star(id: int) -> Response:
    """Add a star, or remove it."""
    record = get_visible(Record, g.actor, id, "record:star")
    services.star(g.actor, record, on=request.form.get("on") == "1")
    return back(url_of_record(record))


@bp.route("/<int:id>/files", may="record:attach", methods=["POST"])
def attach(id: int) -> Response:
    """Add files to a record."""
    record = get_visible(Record, g.actor, id, "record:attach")
    form = FilesForm().checked()
    claim(form)
    refuse_archived(record)
    attachments = services.attach(g.actor, record, form.files.data or [])
    if not attachments:
        raise Invalid(_("Choose a file."), "files")
    flash_success(ngettext("%(num)s file added.", "%(num)s files added.", len(attachments)))
    return back(url_of_record(record))


@bp.route("/files/<int:id>", may="record:file")
def file(id: int) -> Response:
    """Send a file."""
    row = queries.attachment(g.actor, id)
    return send_stored_file(StoredFile(row.name, row.media_type, row.size, row.sha256, row.stored_as))


@bp.route("/<int:id>/archive", may="record:archive", methods=["GET", "POST"])
def archive(id: int) -> Response:
    """Archive a record with a reason."""
    record = get_visible(Record, g.actor, id, "record:archive")
    if record.archived_at is not None:
        # Another user was faster; that reason stays.
        flash_success(_("%(name)s was already archived.", name=record.label))
        return redirect_url(url_of_record(record))
    form = ArchiveForm(obj=record)
    with on_post(form) as posted:
        if posted:
            archive_record(record, form.why.data)
            flash_success(_("%(name)s was archived.", name=record.label))
            return redirect_url(url_of_record(record))
    return show_form(form, "records/archive.html", record=record, page_url=url_of_record(record))


@bp.route("/archive", may="record:archive", endpoint="archived")
def list_archived() -> Response:
    """List the archived records of all kinds."""
    return respond(ARCHIVE, g.actor)


@bp.route("/restore", may="record:archive", methods=["POST"])
def restore_many() -> Response:
    """Restore the selected records, as far as the user may; the message says how many were refused."""
    ids = request.form.getlist("ids", type=row_id)[:MAX_SELECTED]
    restored, refused = services.restore_records(g.actor, ids)
    message = ngettext("%(num)s record was restored.", "%(num)s records were restored.", restored)
    if refused:
        message += " " + ngettext(
            "You don't have permission to restore %(num)s record.",
            "You don't have permission to restore %(num)s records.",
            refused,
        )
    flash_success(message)
    return back(url_for("records.archived"))


@bp.route("/<int:id>/restore", may="record:archive", methods=["POST"])
def restore(id: int) -> Response:
    """Restore an archived record."""
    record = get_visible(Record, g.actor, id, "record:archive")
    restore_record(record)
    flash_success(_("%(name)s was restored.", name=record.label))
    return redirect_to(f"desk.{record.kind}", id=id)


@bp.route("/<int:id>/counselor", may="record:counselor", methods=["GET", "POST"])
def counselor(id: int) -> Response:
    """Reassign a record to a colleague."""
    record = get_visible(Record, g.actor, id, "record:counselor")
    if record.kind in FOLLOWING_KINDS:
        raise NotFound
    form = CounselorForm(obj=record)
    with on_post(form) as posted:
        if posted:
            services.change_counselor(record, form.counselor_id.data)
            flash_success(_("Record reassigned."))
            return redirect_url(url_of_record(record) if may_see(g.actor, record) else "/")
    return show_form(form, "records/counselor.html", record=record, page_url=url_of_record(record))


@bp.route("/<int:id>/access", may="record:make_confidential", methods=["GET", "POST"])
def access(id: int) -> Response:
    """Make a record confidential or open, and choose its readers."""
    record = get_visible(Record, g.actor, id, "record:make_confidential")
    form = ConfidentialityForm(obj=record, readers=sorted(record.reader_ids))
    with on_post(form) as posted:
        if posted:
            services.change_confidentiality(
                record, confidential=form.confidential.data, readers=form.readers.data or []
            )
            flash_success(_("Changes saved."))
            return redirect_url(url_of_record(record))
    return show_form(form, "records/access.html", record=record, page_url=url_of_record(record))


@bp.route("/changes", may="record:undo")
def changes() -> Response:
    """List the user's recent changes, each with Undo."""
    return render("records/changes.html", rows=list_recent_actions(g.actor), minutes=UNDO_MINUTES)


@bp.route("/changes/<int:id>/undo", may="record:undo", methods=["POST"])
def undo(id: int) -> Response:
    """Undo a change of the user."""
    try:
        undone = services.undo_action(g.actor, id)
    except services.UndoConflict as problem:
        raise Conflict(problem.message, record_url=url_for("records.show", id=problem.record_id)) from problem
    flash_success(_undo_message(undone))
    return back(url_for("records.changes"), item=undone.record_id)


def _undo_message(undone: services.UndoResult) -> str:
    """Return the message of the action in quotes, without its full stop: “Done: Send the catalog” was undone."""
    if undone.is_undo:
        return _("The undo was reversed.")
    return _("“%(message)s” was undone.", message=undone.title.rstrip("."))


@bp.route("/changes/undo", may="record:undo", methods=["POST"])
def undo_last() -> Response:
    """Undo the user's last change, open the page where one by a job is undone, or say that there is none."""
    last_id = find_last_action(g.actor)
    if last_id is not None:
        page_url = find_undo_page(last_id)
        return redirect_url(page_url) if page_url else undo(last_id)
    more = (_("Recent changes"), url_for("records.changes"))
    flash_success(_("Nothing to undo: no changes in the last %(n)d minutes.", n=KEY_MINUTES), more=more)
    return back(url_for("records.changes"))
