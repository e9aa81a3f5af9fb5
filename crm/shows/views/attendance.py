"""Who attended: the list of all events; for an event check off the list, or paste or upload a list of names."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import ngettext
from crm.shows import attendance, attendance_forms, lists, queries

from . import bp


@bp.route("/attendance/", may="show:see")
def attendees() -> Response:
    """List the attendees of workshops and webinars."""
    return respond(lists.ATTENDANCE, g.actor)


@bp.route("/<int:id>/attendance", may="show:edit", methods=["GET", "POST"])
def attended(id: int) -> Response:
    """Check off who attended."""
    show = queries.get_show(g.actor, id, "show:edit")
    form = attendance_forms.AttendanceForm(participants=queries.load_participant_rows(g.actor, id))
    with on_post(form) as posted:
        if posted:
            missed = form.ids_on_page if form.others_missed.data else ()
            checked, former = form.attended.data or [], form.former_ids
            count = attendance.set_attendance(g.actor, show, checked, former=former, others_missed=missed)
            flash_success(ngettext("%(num)s participant changed.", "%(num)s participants changed.", count))
            return redirect_to("desk.show", id=id)
    return show_form(form, "shows/attendance.html", show=show)


@bp.route("/<int:id>/attendance/list", may="show:edit", methods=["GET", "POST"])
def attendance_list(id: int) -> Response:
    """Paste a list or upload a file, and see whom it means before anything is saved."""
    form = attendance_forms.AttendanceListForm()
    # Read before a statement begins the transaction, which writes: other requests would wait for it.
    file_lines = form.read_file()
    show = queries.get_show(g.actor, id, "show:edit")
    with on_post(form) as posted:
        if posted:
            lines = form.list_people(file_lines)
            chosen = attendance_forms.AttendeesForm(
                formdata=None, attendance=form.attendance.data, text="\n".join(lines)
            )
            rows = attendance.match_lines(g.actor, lines)
            return render("shows/attendance_check.html", show=show, lines=rows, form=chosen)
    return show_form(form, "shows/attendance_list.html", show=show)


@bp.route("/<int:id>/attendance/add", may="show:edit", methods=["POST"])
def attendance_add(id: int) -> Response:
    """Add the people who were chosen from a pasted list."""
    show = queries.get_show(g.actor, id, "show:edit")
    form = attendance_forms.AttendeesForm()
    with on_post(form) as posted:
        if posted:
            count = attendance.add_attendees(g.actor, show, form.chosen_ids, form.attendance.data)
            flash_success(ngettext("%(num)s participant saved.", "%(num)s participants saved.", count))
            return redirect_to("desk.show", id=id)
    rows = attendance.match_lines(g.actor, form.lines[: attendance.MAX_LINES])
    return show_form(form, "shows/attendance_check.html", show=show, lines=rows)
