"""One's own calendar feed, the feed itself, files to download, and invitations."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response as FlaskResponse
from flask import g, request, session, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import link_to
from crm.core.web.blueprint import PUBLIC, Feature, flash_success, on_post, show_form
from crm.core.web.commands import Command, add_command
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _, _l, ngettext
from crm.invitations.queries import find_invitation, list_guest_rows

from . import leaving, services  # noqa: F401 - registers itself
from .forms import FeedForm, InvitationForm
from .ical import build_feed, build_file
from .models import CalendarFeed
from .queries.events import list_events
from .queries.feeds import count_read, load_feed
from .queries.subjects import (
    Subject,
    list_invitees,
    list_people_without_invitation,
    load_interaction,
    load_meeting,
)

bp = Feature("feeds", __name__)
add_command(Command("feeds.settings", _l("Calendar"), "show", _l("address feed iCal Google Outlook")))
TOKEN = "calendar_token"  # noqa: S105 - the name of a key of the session
MEDIA_TYPE = "text/calendar; charset=utf-8"


@bp.route("/profile/calendar", may="calendar:own", methods=["GET", "POST"])
def settings() -> Response:
    """Show the feed, its address right after it was created, and choose what it contains."""
    row = db.session.get(CalendarFeed, g.actor.id)
    form = FeedForm(obj=row)
    with on_post(form) as posted:
        if posted:
            services.set_details(g.actor.id, has_details=form.has_details.data)
            flash_success(_("Changes saved."))
            return redirect_to("feeds.settings")
    token = session.pop(TOKEN, "") if row else ""
    path = url_for("feeds.feed", token=token) if token else ""
    return show_form(form, "feeds/settings.html", feed=row, url=link_to(path) if path else "")


@bp.route("/profile/calendar/address", may="calendar:own", methods=["POST"])
def new_address() -> Response:
    """Create the feed, or give it a new address; the old one ends."""
    session[TOKEN] = services.make_feed(g.actor.id)
    flash_success(_("Calendar address created."))
    return redirect_to("feeds.settings")


@bp.route("/profile/calendar/end", may="calendar:own", methods=["POST"])
def end() -> Response:
    services.end_feed(g.actor.id)
    flash_success(_("Calendar feed turned off."))
    return redirect_to("feeds.settings")


@bp.route("/calendar/<token>.ics", may=PUBLIC)
def feed(token: str) -> Response:
    """Send the calendar of the user who has this token; 404 for others, 304 if it is unchanged."""
    wait = count_read(token, request.remote_addr or "")
    if wait:
        response = FlaskResponse(_("Too many requests."), 429, mimetype="text/plain")
        response.headers["Retry-After"] = str(wait)
        return response
    row, actor = load_feed(token)
    with as_read_by(actor):
        events = list_events(actor, clock.now(), has_details=row.has_details)
        ical = build_feed(_("Causeway: %(name)s", name=actor.name), actor.zone, events, row.created_at)
    response = FlaskResponse(ical, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.route("/interactions/<int:id>/event.ics", may="interaction:see")
def interaction_file(id: int) -> Response:
    """Download a planned interaction for a calendar."""
    return _send_file(load_interaction(g.actor, id))


@bp.route("/shows/meetings/<int:id>/event.ics", may="show:see")
def meeting_file(id: int) -> Response:
    """Download a meeting at a show for a calendar."""
    return _send_file(load_meeting(g.actor, id))


def _send_file(subject: Subject) -> Response:
    response = FlaskResponse(build_file(subject.event, clock.now()), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="event.ics"'
    return response


@bp.route("/interactions/<int:id>/invite", may="interaction:edit", methods=["GET", "POST"])
def invite_to_interaction(id: int) -> Response:
    """Invite people to a planned interaction by email."""
    return _invite(load_interaction(g.actor, id, "interaction:edit"), lambda: load_interaction(g.actor, id))


@bp.route("/shows/meetings/<int:id>/invite", may="meeting:edit", methods=["GET", "POST"])
def invite_to_meeting(id: int) -> Response:
    """Invite people to a meeting at a show by email."""
    return _invite(load_meeting(g.actor, id), lambda: load_meeting(g.actor, id))


def _invite(subject: Subject, load: Callable[[], Subject]) -> Response:
    # The text is that of the calendar entry of everyone: left out, it would be lost for those who were invited before.
    invitation, invitees = find_invitation(subject.key), list_invitees(g.actor, subject)
    form = InvitationForm(message=invitation.message if invitation and invitation.canceled_at is None else "")
    form.offer(invitees)
    with on_post(form) as posted:
        if posted:
            chosen = [one for one in invitees if one.key in (form.invitees.data or [])]
            count = len(services.list_uninvited(subject, chosen))
            services.invite(g.actor, subject, chosen, form.message.data or "")
            sent = ngettext("%(num)s invitation sent.", "%(num)s invitations sent.", count)
            flash_success(sent if count else _("No invitation sent. Everyone you chose was invited before."))
            return redirect_url(subject.path)
    guests = list_guest_rows(g.actor, subject.key)
    person_ids = {one.person_id for one in invitees} | {one.person_id for one in guests}
    return show_form(
        form,
        "feeds/invite.html",
        subject=load(),
        is_over=subject.is_over(clock.now()),
        invitees=invitees,
        without_invitation=list_people_without_invitation(g.actor, subject, person_ids),
        invitation=invitation,
        guests=guests,
    )
