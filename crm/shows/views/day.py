"""A day at a show: the agenda for the phone, notes, the short log form, and the sheets to print."""

from __future__ import annotations

from flask import g, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.forms.params import parse_day
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.redirects import back, next_path, redirect_to
from crm.core.words import _
from crm.followups.day_check import read_chosen_day
from crm.interactions.prefill import step_row
from crm.records.services import attach
from crm.shows import forms, queries, services
from crm.shows.day import build_show_day
from crm.shows.log import log_meeting
from crm.shows.models import ShowMeeting
from crm.shows.sheets import build_day_sheets

from . import bp


@bp.route("/<int:id>/day", may="show:see")
def day(id: int) -> Response:
    """Show one day of a show: `on` is the day, `mine` only the own meetings, `meeting` the one that was changed."""
    show = queries.get_show(g.actor, id)
    is_mine = request.args.get("mine") == "1"
    page = build_show_day(g.actor, show, request.args.get("on", type=parse_day), own_only=is_mine)
    changed = request.args.get("meeting", type=row_id)
    return render(
        "shows/day.html", show=show, is_mine=is_mine, page=page, changed=changed if changed in page.ids else 0
    )


@bp.route("/<int:id>/day-check", may="show:see")
def check_day(id: int) -> Response:
    """Return {"problem": text}: why a day or time of a meeting doesn't suit; null if it does."""
    show = queries.get_show(g.actor, id)
    chosen = read_chosen_day(g.actor, request.args)
    problem = forms.describe_meeting_day(show, chosen.day, chosen.time, chosen.places) if chosen else None
    return jsonify(problem=problem)


@bp.route("/<int:id>/sheet", may="show:see")
def day_sheet(id: int) -> Response:
    """Show the day sheets of a day, to print; `of` names one client or staff member, empty means all."""
    show = queries.get_show(g.actor, id)
    chosen = request.args.get("on", type=parse_day)
    return render(
        "shows/day_sheet.html", show=show, page=build_day_sheets(g.actor, show, chosen, request.args.get("of"))
    )


def _day_url(row: ShowMeeting) -> str:
    return url_for("shows.day", id=row.show_id, on=row.wall.date().isoformat())


@bp.route("/meetings/<int:id>/note", may="meeting:edit", methods=["GET", "POST"])
def meeting_note(id: int) -> Response:
    """Change the note of a meeting."""
    row = queries.get_meeting(g.actor, id)
    form = forms.MeetingNoteForm(obj=row)
    with on_post(form) as posted:
        if posted:
            services.set_note(row, form.note.data)
            flash_success(_("Note saved."))
            return back(_day_url(row))
    return show_form(form, "shows/note.html", meeting=queries.meeting_row(g.actor, row), back_url=_day_url(row))


@bp.route("/meetings/<int:id>/quick-log", may="meeting:edit", methods=["GET", "POST"])
def meeting_quick_log(id: int) -> Response:
    """Log a meeting on one screen; redirect to the interaction that was logged already."""
    row = queries.get_meeting(g.actor, id)
    meeting = queries.meeting_row(g.actor, row)
    if meeting.interaction_id is not None and request.method == "GET":
        return redirect_to("desk.interaction", id=meeting.interaction_id)
    data = {"notes": row.note, "minutes": row.minutes, "due_on": step_row(g.actor)["due_on"]}
    form = forms.MeetingLogForm(data=data, meeting=meeting)
    with on_post(form) as posted:
        if posted:
            interaction = log_meeting(g.actor, row, form.values(), uid=form.uid.data)
            attach(g.actor, interaction, form.files.data or [])
            title = interaction.subject
            message = _("Saved: %(title)s, with a follow-up", title=title) if form.title.data else None
            flash_success(message or _("Saved: %(title)s", title=title))
            return back(_day_url(row))
    return show_form(form, "shows/log.html", meeting=meeting, back_url=next_path() or _day_url(row))
