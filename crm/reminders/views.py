"""One's own reminders."""

from __future__ import annotations

from flask import g, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import Invalid
from crm.core.web.blueprint import Feature, flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _, _l

from . import covers
from .digest import preview_digest
from .forms import CoverForm, OffsetForm, SettingsForm
from .kinds import load_kinds
from .policy import subject_of, subject_of_meeting
from .queries import load_settings, readers
from .queries.covers import list_covers
from .queries.days_off import list_digest_exceptions
from .queries.offsets import find_offset
from .queries.timed_items import TimedItem, load_timed_item, load_timed_meeting
from .services import set_enabled_kinds, set_offset, set_timing

bp = Feature("reminders", __name__)
add_command(Command("reminders.preview", _l("Next digest"), "mail", _l("preview daily digest email")))
add_command(Command("accounts.profile", _l("Digest time"), "clock", _l("change daily digest hour")))
add_command(Command("reminders.settings", _l("Reminder settings"), "bell", _l("choose notifications")))
add_command(Command("reminders.cover", _l("Coverage"), "people", _l("away vacation out of office")))


@bp.route("/profile/reminders", may="reminder:settings", methods=["GET", "POST"])
def settings() -> Response:
    """Choose the kinds of reminders, and how long before its time an email is sent."""
    chosen = load_settings(g.actor.id)
    reader = readers([g.actor.id])[0]
    kinds = [kind for kind in load_kinds() if kind.concerns(g.actor)]
    enabled = [kind.code for kind in kinds if chosen.get(kind.code, kind.is_default)]
    offsets = {"meeting_offset": reader.meeting_offset, "followup_offset": reader.followup_offset}
    form = SettingsForm(enabled_kinds=enabled, **offsets)
    form.offer(kinds)

    def save() -> None:
        set_enabled_kinds(g.actor.id, form.enabled_kinds.data or [], kinds)
        set_timing(g.actor.id, meeting_offset=form.meeting_offset.data, followup_offset=form.followup_offset.data)

    saved = go_to("reminders.settings", _("Reminder settings saved."))
    exceptions = list_digest_exceptions(reader, clock.now())
    return save_form(form, save, saved, "reminders/settings.html", exceptions=exceptions, country=reader.actor.country)


@bp.route("/profile/digest", may="reminder:settings")
def preview() -> Response:
    """Show the user's next digest as it would be sent if nothing changes until then."""
    reader = readers([g.actor.id])[0]
    return render("reminders/preview.html", preview=preview_digest(reader, clock.now()))


@bp.route("/reminders/<int:id>", may="reminder:settings", methods=["GET", "POST"])
def item(id: int) -> Response:
    """Choose when to be emailed about one follow-up or planned interaction."""
    return _choose_offset(load_timed_item(g.actor, id), subject_of(id))


@bp.route("/reminders/meetings/<int:id>", may="reminder:settings", methods=["GET", "POST"])
def meeting(id: int) -> Response:
    """Choose when to be emailed about one meeting at a show."""
    return _choose_offset(load_timed_meeting(g.actor, id), subject_of_meeting(id))


def _choose_offset(timed: TimedItem, key: str) -> Response:
    form = OffsetForm(offset=find_offset(g.actor.id, key))

    def save() -> None:
        if not timed.is_own:
            raise Invalid(_("You won't get an email about this item."))
        set_offset(g.actor.id, key, form.offset.data)

    def then(_result: object) -> Response:
        flash_success(_("Reminder saved."))
        return redirect_url(timed.path)

    return save_form(form, save, then, "reminders/item.html", item=timed, settings_url=url_for("reminders.settings"))


@bp.route("/profile/cover", may="reminder:settings", methods=["GET", "POST"])
def cover() -> Response:
    """Hand the reminders to a colleague for some days, and show who covers for whom."""
    form = CoverForm()
    today = clock.today(g.actor.zone)

    def save() -> None:
        covers.add_cover(g.actor, form.colleague_id.data, form.from_on.data, form.to_on.data)

    saved = go_to("reminders.cover", _("Your colleague covers for you."))
    rows = list_covers(g.actor.id, clock.now())
    return save_form(form, save, saved, "reminders/cover.html", rows=rows, today=today)


@bp.route("/profile/cover/<int:id>/end", may="reminder:settings", methods=["POST"])
def end_cover(id: int) -> Response:
    """End a cover."""
    covers.end_cover(g.actor, id)
    flash_success(_("Coverage ended."))
    return redirect_to("reminders.cover")
