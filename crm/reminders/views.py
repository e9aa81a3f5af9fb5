"""Which reminders one wants."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.web.blueprint import Feature, flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _

from .forms import MutesForm
from .policy import ReminderKind
from .queries import muted_kinds
from .services import set_mutes

bp = Feature("reminders", __name__)


@bp.route("/profile/reminders", may="reminder:settings", methods=["GET", "POST"])
def settings() -> Response:
    """Choose the kinds of reminders."""
    muted = muted_kinds(g.actor.id)
    form = MutesForm(told=[k for k in ReminderKind if k.value not in muted])
    with on_post(form) as posted:
        if posted:
            set_mutes(g.actor.id, [k for k in ReminderKind if k not in form.told.chosen])
            flash_success(_("Saved."))
            return redirect_to("reminders.settings")
    return show_form(form, "reminders/settings.html")
