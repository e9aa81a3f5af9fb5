"""The page behind the bell; opening, reading and dismissing are forms, so that a page load changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.accounts.event_queries import RECORD_KINDS
from crm.core.data.base import db, row_id
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.forms.params import bad_address
from crm.core.i18n import formats
from crm.core.web.blueprint import Feature, flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _, _l
from crm.search.saved_views import load_frame

from . import queries, services
from .policy import MAX_COUNT

bp = Feature("notifications", __name__, url_prefix="/notifications")
add_command(Command("notifications.index", _l("Notifications"), "bell", _l("unread alerts mentions")))


class Bell(NamedTuple):
    """The bell of the frame: its address, the text of its count ("" for none), and the label."""

    url: str
    text: str
    label: str


@bp.app_context_processor
def _frame_parts() -> dict[str, Any]:
    """Provide the bell to the frame, which builds it after the other reads of the frame: those include its count."""
    return {"build_bell": _build_bell}


def _build_bell() -> Bell | None:
    actor = g.get("actor")
    if actor is None:
        return None
    count = load_frame(actor).counts["unread"]
    count_text = f"{MAX_COUNT}+" if count > MAX_COUNT else formats.num(count)
    label = _("Notifications: %(count)s unread", count=count_text) if count else _("Notifications")
    return Bell(url_for("notifications.index"), count_text if count else "", label)


@bp.route("/", may="notification:use")
def index() -> Response:
    """List one's notifications, newest first."""
    before = request.args.get("after", type=row_id)
    if "after" in request.args and before is None:
        raise bad_address()
    rows = queries.list_notifications(g.actor, before)
    next_after = rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None
    return render("notifications/index.html", rows=rows[: queries.PAGE], next_after=next_after)


@bp.route("/<int:id>/open", may="notification:use", methods=["POST"])
def open_one(id: int) -> Response:
    """Mark a notification as read and go to its page."""
    row = queries.load_notification(g.actor, id)
    services.mark(g.actor, [row.id], "read")
    return redirect_url(queries.url_of(row))


@bp.route("/<int:id>/records", may="notification:use")
def records(id: int) -> Response:
    """List the records that a colleague assigned together."""
    row = queries.load_notification(g.actor, id)
    if row.batch_id is None:
        raise NotFound
    assigned = queries.list_assigned_records(g.actor, row.batch_id)
    by = db.session.get(User, row.by_id) if row.by_id else None
    by_name = by.name if by else _("A colleague")
    return render("notifications/records.html", row=row, records=assigned, kinds=RECORD_KINDS, by_name=by_name)


@bp.route("/<int:id>/read", may="notification:use", methods=["POST"])
def read(id: int) -> Response:
    """Mark a notification as read, or as unread when the form says so."""
    row = queries.load_notification(g.actor, id)
    if request.form.get("on") == "0":
        services.mark_unread(row)
    else:
        services.mark(g.actor, [row.id], "read")
    return redirect_to("notifications.index")


@bp.route("/<int:id>/dismiss", may="notification:use", methods=["POST"])
def dismiss(id: int) -> Response:
    row = queries.load_notification(g.actor, id)
    moment = services.mark(g.actor, [row.id], "dismissed")
    flash_success(_("Notification dismissed."), undo_url=_undo_url("dismissed", moment))
    return redirect_to("notifications.index")


@bp.route("/read", may="notification:use", methods=["POST"])
def read_all() -> Response:
    """Mark all notifications as read."""
    moment = services.mark(g.actor, queries.list_ids(g.actor, unread=True), "read")
    flash_success(_("All notifications marked as read."), undo_url=_undo_url("read", moment))
    return redirect_to("notifications.index")


@bp.route("/dismiss", may="notification:use", methods=["POST"])
def dismiss_all() -> Response:
    moment = services.mark(g.actor, queries.list_ids(g.actor, unread=False), "dismissed")
    flash_success(_("All notifications dismissed."), undo_url=_undo_url("dismissed", moment))
    return redirect_to("notifications.index")


def _undo_url(step: services.Step, moment: datetime) -> str:
    return url_for("notifications.undo", step=step, at=moment.isoformat())


@bp.route("/undo", may="notification:use", methods=["POST"])
def undo() -> Response:
    """Undo what was marked at a moment."""
    step, text = request.args.get("step"), request.args.get("at", "")
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        in_utc = None
    if in_utc is None or step not in ("read", "dismissed"):
        raise bad_address()
    services.undo_marks(g.actor, "read" if step == "read" else "dismissed", in_utc)
    return redirect_to("notifications.index")
