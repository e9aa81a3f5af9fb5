"""The list of follow-ups, the form of one, and how often to keep in touch."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import Record, find_visible, get_visible, refuse_archived
from crm.core.data.together import run_together
from crm.core.forms.params import parse_day
from crm.core.lists import Page, respond
from crm.core.lists.state import ListState
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.form_flow import go_back, save_form
from crm.core.web.redirects import back
from crm.core.words import _
from crm.followups import forms, lists, queries, services
from crm.followups.day_groups import group_by_day
from crm.followups.enums import FollowUpSide
from crm.followups.shared_hours import find_shared_hours
from crm.reference.queries import days_off

from .bp import bp


@bp.route("/", may="followup:see")
def index() -> Response:
    """Show the list, with actions on each row."""
    return respond(lists.choose_listing(request.args), g.actor, load_more=_load_groups)


def _load_groups(state: ListState, page: Page) -> dict[str, Any]:
    """Return the follow-ups of a page by day, and read the days off, which the buttons to postpone them need."""
    follow_ups, _days = run_together(
        partial(queries.load_follow_up_rows, g.actor, [row.id for row in page.rows]), partial(days_off, g.actor.country)
    )
    before: list[queries.FollowUpRow] = []
    if page.prev_url and follow_ups:
        before = queries.load_follow_up_rows(g.actor, lists.list_ids_before(g.actor, state, follow_ups[0]))
    today, zone = clock.today(g.actor.zone), g.actor.zone
    return {"groups": group_by_day(follow_ups, today, zone, descending=state.descending, page_before=before)}


@bp.route("/new", may="followup:make", methods=["GET", "POST"])
def new() -> Response:
    """Create a follow-up; the URL may name the records and the interaction it comes from."""
    form = forms.FollowUpForm(data=_prefill())
    with on_post(form) as posted:
        if posted:
            values = form.to_values()
            source_id = _source_id()
            row = services.add_follow_up(g.actor, values, about=values["about"], source_id=source_id, uid=form.uid.data)
            flash_success(_("Follow-up added: %(title)s", title=row.title))
            return back(url_for("desk.followup", id=row.id))
    return show_form(form, "followups/edit.html", row=None, **_other_side(form))


def _prefill() -> dict[str, Any]:
    """Return the values in the URL, as far as the actor may see the records."""
    ids = [request.args.get(kind, type=row_id) for kind in forms.ABOUT] + request.args.getlist("about", type=row_id)
    about = [get_visible(Record, g.actor, i).id for i in dict.fromkeys(ids) if i]
    side = request.args.get("side", "")
    filled: dict[str, Any] = {
        "title": request.args.get("title"),
        "about": about,
        "counselor_id": request.args.get("counselor", type=row_id) or g.actor.id,
        "zone": g.actor.zone,
        "due_on": _day(request.args.get("due_on")),
        "side": FollowUpSide.from_code(side) if side in {s.value for s in FollowUpSide} else FollowUpSide.we,
    }
    return filled


def _day(text: str | None) -> date | None:
    try:
        return parse_day(text) if text else None
    except ValueError:
        return None


def _source_id() -> int | None:
    """Return the interaction it comes from; None if the actor may not see it."""
    source = find_visible(g.actor, request.args.get("source", type=row_id))
    return source.id if source else None


def _other_side(form: forms.FollowUpForm) -> dict[str, Any]:
    """Return the zone of the person it is about, for the second clock, and the next hours shared with it."""
    their_zone = queries.zone_of([r.id for r in form.about.records if r.kind == "person"])
    return {"their_zone": their_zone, "hours": find_shared_hours(g.actor, their_zone)}


@bp.route("/<int:id>/edit", may="followup:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a follow-up."""
    row = queries.get_follow_up(g.actor, id, "followup:edit")
    about = [a.id for a in queries.about_of_many(g.actor, [id])[id]]
    form = forms.FollowUpForm(obj=row, about=about, due_time=row.due_wall.time() if row.due_wall else None)

    def save() -> None:
        services.change_follow_up(g.actor, row, form.to_values())

    then = go_back(url_for("desk.followup", id=id))
    return save_form(form, save, then, "followups/edit.html", row=row, **_other_side(form))


@bp.route("/cadence/<int:record_id>", may="cadence:edit", methods=["GET", "POST"])
def cadence(record_id: int) -> Response:
    """Set how often to keep in touch with a person or organization."""
    record = get_visible(Record, g.actor, record_id, "cadence:edit")
    existing = queries.find_cadence(record_id)
    form = forms.CadenceForm(data={"tier": existing.tier, "every_days": existing.every_days} if existing else None)

    def save() -> None:
        refuse_archived(record)
        services.set_cadence(record, form.tier.data, form.every_days.data, clock.today(g.actor.zone))

    then = go_back(url_for(f"desk.{record.kind}", id=record_id), _("Keep in touch: changes saved."))
    return save_form(form, save, then, "followups/cadence.html", record=record)
