"""One's own reminders."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import Feature, render
from crm.core.web.form_flow import go_to, save_form
from crm.core.words import _

from .digest import preview_digest
from .forms import SettingsForm
from .kinds import load_kinds
from .queries import load_settings, readers
from .services import set_enabled_kinds

bp = Feature("reminders", __name__)


@bp.route("/profile/reminders", may="reminder:settings", methods=["GET", "POST"])
def settings() -> Response:
    """Choose the kinds of reminders."""
    chosen = load_settings(g.actor.id)
    enabled = [kind.code for kind in load_kinds() if chosen.get(kind.code, kind.is_default)]
    form = SettingsForm(enabled_kinds=enabled)

    def save() -> None:
        set_enabled_kinds(g.actor.id, form.enabled_kinds.data or [])

    return save_form(form, save, go_to("reminders.settings", _("Reminder settings saved.")), "reminders/settings.html")


@bp.route("/profile/digest", may="reminder:settings")
def preview() -> Response:
    """Show the user's next digest as it would be sent if nothing changes until then."""
    reader = readers([g.actor.id])[0]
    return render("reminders/preview.html", preview=preview_digest(reader, clock.now()))
