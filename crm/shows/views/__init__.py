"""Pages of shows: list, forms, participants, meetings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.errors import Conflict
from crm.core.forms.params import parse_day
from crm.core.hooks import RECORD_FORMS
from crm.core.i18n import formats
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_error, flash_success, on_post, show_form
from crm.core.web.commands import Command, add_command
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _, _l, ngettext
from crm.invitations.policy import meeting_key
from crm.invitations.queries import list_guest_rows
from crm.shows import forms, leaving, lists, prefill, queries, services  # noqa: F401 - some register themselves
from crm.shows.models import Show, ShowMeeting

bp = Feature("shows", __name__, url_prefix="/shows")
layout.add_nav_entry("shows.index", _l("Shows"), "show", 60)
layout.add_new_entry("shows.new", _l("Show"), "show", 60, _l("New show"))
add_command(Command("shows.attendees", _l("Attendance at workshops"), "people", _l("attendees webinar seminar")))
RECORD_FORMS["show"] = "shows.new", _l("Add show")


@bp.route("/", may="show:see")
def index() -> Response:
    """List the shows, upcoming ones first."""
    return respond(lists.SHOWS, g.actor)


@bp.route("/new", may="show:make", methods=["GET", "POST"])
def new() -> Response:
    form = forms.ShowForm()
    with on_post(form) as posted:
        if posted:
            row = services.save_show(g.actor, form.values(), uid=form.uid.data)
            flash_success(_("%(name)s was saved.", name=row.label))
            return redirect_to("desk.show", id=row.id)
    return show_form(form, "shows/edit.html", show=None)


@bp.route("/<int:id>/edit", may="show:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a show."""
    row = queries.get_show(g.actor, id, "show:edit")
    form = forms.ShowForm(obj=row)
    with on_post(form) as posted:
        if posted:
            services.save_show(g.actor, form.values(), row)
            flash_success(_("Changes saved."))
            return redirect_to("desk.show", id=id)
    return show_form(form, "shows/edit.html", show=row)


@bp.route("/<int:id>/participants/new", may="show:edit", methods=["GET", "POST"])
def participant(id: int) -> Response:
    """Add participants."""
    show = queries.get_show(g.actor, id, "show:edit")
    form = forms.NewParticipantForm()
    with on_post(form) as posted:
        if posted:
            count = len(services.add_participants(show, form.values()))
            flash_success(ngettext("%(num)s participant added.", "%(num)s participants added.", count))
            return redirect_to("desk.show", id=id)
    texts = {"title": _l("New participants"), "button": _l("Add participants")}
    return show_form(form, "shows/part.html", show=show, **texts)


@bp.route("/<int:id>/participants/<int:row>", may="show:edit", methods=["GET", "POST"])
def participant_edit(id: int, row: int) -> Response:
    """Change the booth, role or attendance of a participant."""
    show = queries.get_show(g.actor, id, "show:edit")
    existing = queries.get_participant(g.actor, id, row)
    form = forms.ParticipantForm(obj=existing, part_of=show)
    with on_post(form) as posted:
        if posted:
            services.save_participant(show, form.values(), existing)
            flash_success(_("Changes saved."))
            return redirect_to("desk.show", id=show.id)
    return show_form(form, "shows/part.html", show=show, title=_l("Participants"))


@bp.route("/<int:id>/participants/<int:row>/remove", may="show:edit", methods=["POST"])
def participant_remove(id: int, row: int) -> Response:
    queries.get_show(g.actor, id, "show:edit")
    services.remove_participant(queries.get_participant(g.actor, id, row))
    flash_success(_("Participant removed."))
    return redirect_to("desk.show", id=id)


@bp.route("/<int:id>/meetings/new", may="meeting:make", methods=["GET", "POST"])
def meeting(id: int) -> Response:
    """Create a meeting; `client`, `host`, `person`, `day`, `time`, `table` in the URL prefill the form."""
    show = queries.get_show(g.actor, id)
    form = forms.MeetingForm(show=show, **_prefill(show))
    with on_post(form) as posted:
        if posted:
            row = services.save_meeting(g.actor, show, form.values(), uid=form.uid.data)
            message = _("Meeting added at %(time)s.", time=formats.clock_time(row.wall))
            flash_success(_with_access_warning(message, row))
            return _add_another(row) if "again" in request.form else redirect_to("desk.show", id=id)
    return show_form(form, "shows/meeting.html", show=show, meeting=None)


def _with_access_warning(message: str, row: ShowMeeting) -> str:
    """Add to a success message which staff members may not see the meeting; they get no reminders either."""
    names = queries.list_staff_without_access(row.id)
    if not names:
        return message
    return f"{message} " + _("These staff members don't have access to the meeting: %(names)s.", names=", ".join(names))


def _add_another(row: ShowMeeting) -> Response:
    """Redirect to the form of the next meeting: the same day, table and client, right after this one."""
    ends = row.wall + timedelta(minutes=row.minutes)
    values = {"day": ends.date().isoformat(), "time": ends.strftime("%H:%M"), "minutes": row.minutes}
    return redirect_to("shows.meeting", id=row.show_id, client=row.client_id, table=row.table, **values)


def _prefill(show: Show) -> dict[str, Any]:
    """Return the values in the URL for a new meeting."""
    args = request.args
    minutes = {"minutes": args.get("minutes", type=int)} if args.get("minutes", type=int) else {}
    return minutes | {
        "time": args.get("time", type=formats.parse_time),
        "table": args.get("table"),
        "day": args.get("day", show.starts_on, type=parse_day),
        "client_id": args.get("client", type=row_id),
        "host_id": args.get("host", type=row_id),
        "people": args.getlist("person", type=row_id),
        "staff": [g.actor.id],
    }


@bp.route("/meetings/<int:id>", may="meeting:edit", methods=["GET", "POST"])
def meeting_edit(id: int) -> Response:
    """Change a meeting."""
    row = queries.get_meeting(g.actor, id)
    show = queries.get_show(g.actor, row.show_id)
    form = forms.MeetingForm(obj=row, show=show, **_form_values(row))
    with on_post(form) as posted:
        if posted:
            services.save_meeting(g.actor, show, form.values(), row)
            flash_success(_with_access_warning(_("Changes saved."), row))
            return redirect_to("desk.show", id=show.id)
    guests = list_guest_rows(g.actor, meeting_key(id))
    return show_form(form, "shows/meeting.html", show=show, meeting=row, guests=guests)


def _form_values(row: ShowMeeting) -> dict[str, Any]:
    return {
        "day": row.wall.date(),
        "time": row.wall.time(),
        "people": [entry.id for entry in queries.people_of(g.actor, [row.id])[row.id]],
        "staff": [entry.id for entry in queries.staff_of([row.id])[row.id]],
    }


@bp.route("/meetings/<int:id>/state", may="meeting:edit", methods=["POST"])
def meeting_state(id: int) -> Response:
    """Set the state of a meeting: arrived, no-show, canceled. One that a colleague marked meanwhile keeps its state."""
    row = queries.get_meeting(g.actor, id)
    before = row.wall
    values = forms.MeetingStateForm(request.values).checked().values()
    try:
        services.set_meeting_state(g.actor, row, values["state"])
    except Conflict as problem:
        flash_error(problem.message)
    else:
        flash_success(_meeting_message(row, before))
    return back(url_for("desk.show", id=row.show_id))


def _meeting_message(row: ShowMeeting, before: datetime) -> str:
    """Return the success message of a new state; it names the former time of a meeting that took place earlier."""
    time = formats.clock_time(row.wall)
    if before == row.wall:
        return _("Meeting at %(time)s: %(state)s.", time=time, state=row.state)
    params = {"before": formats.clock_time(before), "time": time, "state": row.state}
    return _("Meeting planned for %(before)s: %(state)s at %(time)s.", **params)


@bp.route("/meetings/<int:id>/log", may="meeting:edit")
def meeting_log(id: int) -> Response:
    """Redirect to the interaction form, prefilled from the meeting; or to the interaction that was logged already."""
    row = queries.get_meeting(g.actor, id)
    interaction_id = queries.load_meeting_interactions(g.actor, [row]).get(id)
    if interaction_id is not None:
        return redirect_to("desk.interaction", id=interaction_id)
    return redirect_to("interactions.new", meeting=id)


from . import attendance, day  # noqa: E402, F401 - routes
