"""Stars and attachments: small actions on any record."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.files import Kept, give_file
from crm.core.record import Record, get_visible
from crm.core.web import Feature, back, done
from crm.core.words import _

from . import queries, services

bp = Feature("records", __name__, url_prefix="/records")


@bp.route("/<int:id>/star", may="record:star", methods=["POST"])
def star(id: int) -> Response:
    """Keep at hand, or no longer."""
    record = get_visible(Record, g.actor, id, "record:star")
    services.star(g.actor, record, on=request.form.get("on") == "1")
    return back()


@bp.route("/<int:id>/files", may="record:attach", methods=["POST"])
def attach(id: int) -> Response:
    """Keep files with a record."""
    record = get_visible(Record, g.actor, id, "record:attach")
    made = services.attach(g.actor, record, request.files.getlist("files"))
    done(_("%(n)d files kept.", n=len(made)) if made else _("Choose a file first."))
    return back()


@bp.route("/files/<int:id>", may="record:file")
def file(id: int) -> Response:
    """Give a file back."""
    kept = queries.attachment(g.actor, id)
    return give_file(Kept(kept.name, kept.media_type, kept.size, kept.sha256, kept.stored_as))
