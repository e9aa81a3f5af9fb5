"""Planned interactions: confirm, cancel, reschedule."""

from __future__ import annotations

from datetime import datetime

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.errors import BadRequest, Conflict, Invalid
from crm.core.i18n import formats
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, next_path, redirect_to
from crm.core.words import _
from crm.followups.shared_hours import find_shared_hours
from crm.interactions import queries, services
from crm.interactions.forms import RescheduleForm
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState

from .bp import bp

ANSWERS = {"yes": InteractionState.held, "no": InteractionState.canceled}


@bp.route("/interactions/<int:id>/outcome", may="interaction:edit", methods=["POST"])
def outcome(id: int) -> Response:
    """Store whether a planned interaction took place; "yes" opens the form, "moved" the rescheduling page."""
    row = queries.get_interaction(g.actor, id, "interaction:edit")
    answer = request.form.get("answer", "")
    if answer == "moved":
        return redirect_to("interactions.reschedule", id=id, next=next_path() or None)
    if answer not in ANSWERS:
        raise BadRequest(_("Choose one of the answers shown."))
    if row.state is InteractionState.planned:
        services.resolve_planned(row, ANSWERS[answer])
        message = f"{row.state.label}: {row.subject}"
        flash_success(message)
    if answer == "yes":
        return redirect_to("interactions.edit", id=id, happened=1, next=next_path() or None)
    return back(url_for("desk.interaction", id=id))


@bp.route("/interactions/<int:id>/move", may="interaction:edit", methods=["GET", "POST"])
def reschedule(id: int) -> Response:
    """Reschedule a planned interaction."""
    row = queries.get_interaction(g.actor, id, "interaction:edit")
    parties = queries.load_details(g.actor, row).parties
    party_ids = [i for p in parties for i in (p.person_id, p.organization_id) if i]
    form = RescheduleForm(parties=party_ids, data={"day": row.wall.date(), "time": row.wall.time(), "zone": row.zone})
    with on_post(form) as posted:
        if posted:
            _check_planned(row)
            wall = datetime.combine(form.day.data, form.time.data or row.wall.time())
            if row.time_known and (wall, form.zone.data or row.zone) == (row.wall, row.zone):
                raise Invalid(_("Choose another date or time."), "day")
            moved = services.move_interaction(row, wall, form.zone.data)
            flash_success(_("Rescheduled to %(when)s: %(title)s", when=formats.moment(moved.at), title=moved.subject))
            return back(url_for("desk.interaction", id=moved.id))
    zone = next((p.zone for p in parties if p.zone), None)
    hours = find_shared_hours(g.actor, zone)
    return show_form(form, "interactions/reschedule.html", row=row, their_zone=zone, hours=hours)


def _check_planned(row: Interaction) -> None:
    if row.state is not InteractionState.planned:
        raise Conflict(
            _("This interaction was already logged, rescheduled or canceled."),
            record_url=url_for("desk.interaction", id=row.id),
        )
