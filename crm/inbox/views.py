"""Incoming email that waits for a decision, and what became of the latest."""

from __future__ import annotations

from typing import Any

from flask import current_app, g
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from config import SettingsError
from crm.answers.links import AnswerLinks
from crm.core import clock
from crm.core.policy import Role
from crm.core.web.blueprint import Feature, flash_success, render
from crm.core.web.redirects import redirect_to
from crm.core.words import _

from . import prefill as _prefill  # noqa: F401 - it registers itself
from . import queries, services
from .imap import parse_imap_url
from .message import IncomingMail, read_message
from .policy import InboxOutcome

bp = Feature("inbox", __name__, url_prefix="/inbox")
MAX_SHOWN_CHARS = 5000


@bp.record
def check_mailbox_url(state: BlueprintSetupState) -> None:
    """Raise SettingsError when the program starts with a mailbox that no job could read, or with half of its settings.

    With the address alone, replies to reminders would arrive where nobody reads them.
    """
    url = state.app.config["CRM_IMAP_URL"]
    if bool(url) != bool(state.app.config["CRM_INBOX_ADDRESS"]):
        raise SettingsError("Set both CRM_IMAP_URL and CRM_INBOX_ADDRESS, or remove both.")
    if url:
        try:
            parse_imap_url(url)
        except ValueError as problem:
            raise SettingsError(str(problem)) from None


@bp.route("/", may="inbox:see")
def index() -> Response:
    """List what waits for the user, and what was handled."""
    return render(
        "inbox/index.html",
        waiting=queries.list_waiting(g.actor),
        handled=queries.list_handled(g.actor),
        filing_address=AnswerLinks(g.actor.id, clock.today(g.actor.zone)).filing_address(),
        **_mailbox(),
    )


def _mailbox() -> dict[str, Any]:
    """Return whether a mailbox is configured, and for administrators its state."""
    is_admin = g.actor.role is Role.administrator
    return {
        "is_on": bool(current_app.config["CRM_IMAP_URL"] and current_app.config["CRM_INBOX_ADDRESS"]),
        "mailbox": queries.load_mailbox() if is_admin else None,
    }


@bp.route("/<int:id>", may="inbox:see")
def show(id: int) -> Response:
    """Show an email that waits for a decision."""
    row = queries.load_message(g.actor, id)
    mail: IncomingMail | None = read_message(row.mime) if row.mime else None
    waits = row.outcome is InboxOutcome.waiting
    return render("inbox/show.html", row=row, mail=mail, waits=waits, max_chars=MAX_SHOWN_CHARS)


@bp.route("/<int:id>/discard", may="inbox:see", methods=["POST"])
def discard(id: int) -> Response:
    """Close an email without logging it."""
    services.discard(g.actor, id)
    flash_success(_("Discarded. The email stays in the mailbox."))
    return redirect_to("inbox.index")


@bp.route("/<int:id>/take", may="inbox:see", methods=["POST"])
def take(id: int) -> Response:
    """Make an email of an unknown sender the user's own."""
    services.assign_to_actor(g.actor, id)
    flash_success(_("This email is assigned to you."))
    return redirect_to("inbox.show", id=id)


@bp.route("/address", may="inbox:see", methods=["POST"])
def new_address() -> Response:
    """Replace the user's filing address; the old one ends."""
    services.replace_filing_address(g.actor)
    flash_success(_("New filing address created. The old one no longer works."))
    return redirect_to("inbox.index")
