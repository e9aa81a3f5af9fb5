"""The actions on a follow-up: done, cancel, later, no answer, reassign, reopen."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.calendars import local_day
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import formats
from crm.core.texts import clean_text
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, next_path
from crm.core.web.stale import stale_text
from crm.core.words import _, _l
from crm.followups import forms, queries, services
from crm.followups.days import later_choices
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp

from .bp import bp

MAX_RESULT_CHARS = 500


def _row(id: int, right: str = "followup:edit") -> FollowUp:
    """Return the follow-up. Raises Conflict when it has changed since the page was loaded."""
    row = queries.get_follow_up(g.actor, id, right)
    version = request.values.get("version")
    if version and version != str(row.version) and not _is_closed_by_actor(row):
        current = {str(_l("Status")): row.state, str(_l("Due")): formats.day(row.due_on)}
        url = url_for("desk.followup", id=id)
        raise Conflict(stale_text(row), saved_values=current, record_url=url)
    return row


def _is_closed_by_actor(row: FollowUp) -> bool:
    return row.state is not FollowUpState.open and row.closed_by_id == g.actor.id


def _answered(row: FollowUp, message: str) -> Response:
    """Show the success message, and after "done" ask for the next step."""
    about = [a.id for a in queries.about_of_many(g.actor, [row.id])[row.id]]
    return_to = next_path() or None
    more = None
    if row.state is FollowUpState.done:
        more = (_("What next?"), url_for("followups.new", about=about, source=row.source_id, next=return_to))
    flash_success(message, more=more)
    return back(url_for("followups.index"))


def _redirect_closed() -> Response:
    flash_success(_("This follow-up was already closed."))
    return back(url_for("followups.index"))


def _result() -> str | None:
    """Return the entered result. Raises Invalid if it is too long."""
    text = clean_text(request.form.get("result", ""))
    if len(text) > MAX_RESULT_CHARS:
        raise Invalid(_("Enter at most %(max)d characters.", max=MAX_RESULT_CHARS), "result")
    return text or None


@bp.route("/<int:id>/done", may="followup:edit", methods=["POST"])
def complete(id: int) -> Response:
    """Mark it as done; a second request changes nothing."""
    row = _row(id)
    if row.state is not FollowUpState.open:
        return _redirect_closed()
    services.complete_follow_up(g.actor, row, _result())
    return _answered(row, _("Done: %(title)s", title=row.title))


@bp.route("/<int:id>/cancel", may="followup:edit", methods=["POST"])
def cancel(id: int) -> Response:
    """Cancel it; a second request changes nothing."""
    row = _row(id)
    if row.state is not FollowUpState.open:
        return _redirect_closed()
    services.cancel_follow_up(g.actor, row, _result())
    return _answered(row, _("Canceled: %(title)s", title=row.title))


@bp.route("/<int:id>/later", may="followup:edit", methods=["GET", "POST"])
@bp.route("/<int:id>/later/<to>", may="followup:edit", methods=["GET", "POST"])
def postpone(id: int, to: str | None = None) -> Response:
    """Postpone it to one of the choices or to a date; without either show the page."""
    row = _row(id)
    about = [a.id for a in queries.about_of_many(g.actor, [id])[id]]
    form = forms.LaterForm(row=row, about=about, **({"formdata": None} if request.method == "GET" else {}))
    form.uid.data = None
    form.to.data = to or form.to.data
    with on_post(form) as posted:
        if posted:
            if form.due is None:
                raise Invalid(_("Choose a date."), "due_on")
            services.postpone_follow_up(g.actor, row, form.due)
            day = local_day(row.due_at or row.due_on, g.actor.zone)
            return _answered(row, _("Postponed to %(day)s: %(title)s", day=formats.day(day), title=row.title))
    return show_form(form, "followups/postpone.html", row=row, choices=later_choices(g.actor))


@bp.route("/<int:id>/no-answer", may="followup:edit", methods=["POST"])
def no_answer(id: int) -> Response:
    """Record that nobody answered: next attempt in two working days."""
    row = _row(id)
    day = services.note_no_answer(g.actor, row)
    return _answered(row, _("No answer, next try %(day)s: %(title)s", day=formats.day(day), title=row.title))


@bp.route("/<int:id>/reassign", may="followup:reassign", methods=["GET", "POST"])
def reassign(id: int) -> Response:
    """Reassign it to a colleague."""
    row = _row(id, "followup:reassign")
    form = forms.ReassignForm(obj=row)
    with on_post(form) as posted:
        if posted:
            services.reassign_follow_up(g.actor, row, form.counselor_id.data)
            return _answered(row, _("Reassigned: %(title)s", title=row.title))
    return show_form(form, "followups/reassign.html", row=row)


@bp.route("/<int:id>/reopen", may="followup:edit", methods=["POST"])
def reopen(id: int) -> Response:
    """Open a closed follow-up again; the next one of a repeating follow-up is archived."""
    row = _row(id)
    if row.state is not FollowUpState.open:
        services.reopen_follow_up(row)
        flash_success(_("Reopened: %(title)s", title=row.title))
    return back(url_for("desk.followup", id=id), item=row.id)
