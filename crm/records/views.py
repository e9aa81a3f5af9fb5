"""What can be done with any record: star, files, archive, counselor, who sees it."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import new_uid
from crm.core.data.record import Record, archive_record, get_visible, restore_record
from crm.core.errors import Invalid
from crm.core.policy import may_see
from crm.core.web import layout
from crm.core.web.blueprint import Feature, claim, flash_success, on_post, show_form
from crm.core.web.files import StoredFile, send_stored_file
from crm.core.web.redirects import back, redirect_to, redirect_url
from crm.core.words import _
from crm.names import initials_of

from . import queries, services
from .forms import ArchiveForm, ConfidentialityForm, CounselorForm, FilesForm

bp = Feature("records", __name__, url_prefix="/records")
bp.add_app_template_global(new_uid)
layout.ASIDE["starred"] = lambda actor: [_beside(r) for r in queries.starred(actor)]


def _beside(row: queries.StarredRecord) -> tuple[str, str, str, str]:
    """A record at hand as the rail draws it."""
    return (
        row.native_label or row.label,
        url_for("records.show", id=row.id),
        initials_of(row.native_label or row.label),
        row.kind,
    )


def page_of(record: Record) -> str:
    """The address of a record's own page."""
    return url_for(f"desk.{record.kind}", id=record.id)


@bp.route("/<int:id>", may="record:star")
def show(id: int) -> Response:
    """Lead to the page of a record of any kind."""
    return redirect_url(page_of(queries.find_visible_record(g.actor, id)))


@bp.route("/<int:id>/star", may="record:star", methods=["POST"])
def star(id: int) -> Response:
    """Keep at hand, or no longer."""
    record = get_visible(Record, g.actor, id, "record:star")
    services.star(g.actor, record, on=request.form.get("on") == "1")
    return back(page_of(record))


@bp.route("/<int:id>/files", may="record:attach", methods=["POST"])
def attach(id: int) -> Response:
    """Keep files with a record."""
    record = get_visible(Record, g.actor, id, "record:attach")
    form = FilesForm().checked()
    claim(form)
    made = services.attach(g.actor, record, form.files.data or [])
    if not made:
        raise Invalid(_("Choose a file."), "files")
    flash_success(_("Files added: %(n)d.", n=len(made)))
    return back(page_of(record))


@bp.route("/files/<int:id>", may="record:file")
def file(id: int) -> Response:
    """Give a file back."""
    kept = queries.attachment(g.actor, id)
    return send_stored_file(StoredFile(kept.name, kept.media_type, kept.size, kept.sha256, kept.stored_as))


@bp.route("/<int:id>/archive", may="record:archive", methods=["GET", "POST"])
def archive(id: int) -> Response:
    """Put a record away, with the reason."""
    record = get_visible(Record, g.actor, id, "record:archive")
    if record.archived_at is not None:
        # Somebody was faster, for a reason of their own.
        flash_success(_("%(name)s was already archived.", name=record.label))
        return redirect_url(page_of(record))
    form = ArchiveForm(obj=record)
    with on_post(form) as posted:
        if posted:
            archive_record(record, form.why.data)
            flash_success(_("%(name)s was archived.", name=record.label), undo=url_for("records.restore", id=id))
            return redirect_url(page_of(record))
    return show_form(form, "records/archive.html", record=record, page_url=page_of(record))


@bp.route("/<int:id>/restore", may="record:archive", methods=["POST"])
def restore(id: int) -> Response:
    """Take a record back out of the archive."""
    record = get_visible(Record, g.actor, id, "record:archive")
    restore_record(record)
    flash_success(_("%(name)s was restored.", name=record.label))
    return redirect_to(f"desk.{record.kind}", id=id)


@bp.route("/<int:id>/counselor", may="record:counselor", methods=["GET", "POST"])
def counselor(id: int) -> Response:
    """Hand a record to a colleague."""
    record = get_visible(Record, g.actor, id, "record:counselor")
    form = CounselorForm(obj=record)
    with on_post(form) as posted:
        if posted:
            services.change_counselor(record, form.counselor_id.data)
            flash_success(_("Record reassigned."))
            return redirect_url(page_of(record) if may_see(g.actor, record) else "/")
    return show_form(form, "records/counselor.html", record=record, page_url=page_of(record))


@bp.route("/<int:id>/sight", may="record:seclude", methods=["GET", "POST"])
def sight(id: int) -> Response:
    """Say who sees a record."""
    record = get_visible(Record, g.actor, id, "record:seclude")
    form = ConfidentialityForm(obj=record, readers=sorted(record.reader_ids))
    with on_post(form) as posted:
        if posted:
            services.change_confidentiality(
                record, confidential=form.confidential.data, readers=form.readers.data or []
            )
            flash_success(_("Saved."))
            return redirect_url(page_of(record))
    return show_form(form, "records/confidentiality.html", record=record, page_url=page_of(record))
