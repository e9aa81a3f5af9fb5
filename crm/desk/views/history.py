"""The history of any record: who changed what, when, and through what; who exported and opened it."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.accounts.event_queries import list_record_views
from crm.accounts.export_log import list_record_exports
from crm.core.data.record import Record, get_visible
from crm.core.errors import Conflict, NotFound
from crm.core.policy import can
from crm.core.web.blueprint import flash_success, render
from crm.core.web.redirects import redirect_to
from crm.core.web.stale import stale_text
from crm.core.words import _
from crm.desk.history import find_field_change, load_history
from crm.records.services import restore_value

from . import bp


@bp.route("/records/<int:id>/history", may="record:see")
def history(id: int) -> Response:
    record = get_visible(Record, g.actor, id)
    return render(
        "desk/history.html",
        record=record,
        entries=load_history(g.actor, record),
        exports=list_record_exports(g.actor, record),
        opened=list_record_views(id)
        if record.confidential and can(g.actor, "record:make_confidential", record)
        else [],
    )


@bp.route("/records/<int:id>/history/restore", may="record:undo", methods=["POST"])
def restore_field(id: int) -> Response:
    """Restore the value that a field had before a change."""
    record = get_visible(Record, g.actor, id, "record:undo")
    if request.form.get("version") != str(record.version):
        raise Conflict(stale_text(record), record_url=url_for("records.show", id=id))
    field = find_field_change(g.actor, record, request.form.get("value", ""))
    if field is None:
        raise NotFound
    change_id, _dot, name = field.restore.partition(".")
    restore_value(g.actor, record, int(change_id), name)
    flash_success(_("Restored: %(field)s: %(value)s", field=field.label, value=field.old))
    return redirect_to("desk.history", id=id)
