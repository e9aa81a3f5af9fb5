"""One's own reminders."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.web.blueprint import Feature, flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _

from .forms import SettingsForm
from .kinds import load_kinds
from .queries import load_settings
from .services import set_enabled_kinds

bp = Feature("reminders", __name__)


@bp.route("/profile/reminders", may="reminder:settings", methods=["GET", "POST"])
def settings() -> Response:
    """Choose the kinds of reminders."""
    chosen = load_settings(g.actor.id)
    enabled = [kind.code for kind in load_kinds() if chosen.get(kind.code, kind.is_default)]
    form = SettingsForm(enabled_kinds=enabled)
    with on_post(form) as posted:
        if posted:
            set_enabled_kinds(g.actor.id, form.enabled_kinds.data or [])
            flash_success(_("Reminder settings saved."))
            return redirect_to("reminders.settings")
    return show_form(form, "reminders/settings.html")
