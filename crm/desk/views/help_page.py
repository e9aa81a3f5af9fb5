"""Help, for everyone, and the first steps of a new user."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.web.blueprint import PUBLIC, flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.desk.help import SECTIONS
from crm.desk.welcome import load_welcome, show_welcome

from . import bp

add_command(Command("desk.help_page", _l("Help"), "help"))
add_command(Command("desk.help_page", _l("Keyboard shortcuts"), "keyboard", control="[data-keys-open]"))


@bp.route("/help", may=PUBLIC)
def help_page() -> Response:
    """Explain Causeway; users also see their first steps."""
    welcome = load_welcome(g.actor) if g.actor else None
    return render("desk/help.html", sections=SECTIONS, welcome=welcome)


@bp.route("/welcome", may="today:see", methods=["POST"])
def welcome() -> Response:
    """Show the first steps on the user's Today, or hide them there."""
    on_today = request.form.get("on_today") == "1"
    show_welcome(g.actor, on_today=on_today)
    flash_success(
        _("Today shows the first steps again.") if on_today else _("First steps hidden. Find them under Help.")
    )
    return redirect_to("desk.today")
