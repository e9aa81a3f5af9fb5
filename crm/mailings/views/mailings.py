"""The list of emails to people, and one of them with its recipients."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Forbidden
from crm.core.i18n.translations import LANGUAGES
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.redirects import redirect_to
from crm.core.words import _l, ngettext
from crm.mailings import lists, queries, services
from crm.mailings.policy import MailingState, RecipientState

from .bp import bp

add_command(Command("mailings.index", _l("Emails to people"), "mail", _l("several people letter")))
REFRESH_SECONDS = 2


@bp.route("/mailings/", may="mailing:see")
def index() -> Response:
    return respond(lists.MAILINGS, g.actor)


@bp.route("/mailings/<int:id>", may="mailing:see")
def show(id: int) -> Response:
    """Show an email with its recipients; the page refreshes itself while it is being sent."""
    mailing = queries.get_mailing(g.actor, id)
    rows = queries.list_recipients(g.actor, id)
    return render(
        "mailings/show.html",
        mailing=mailing,
        author=db.session.get_one(User, mailing.user_id).name,
        texts=queries.load_mailing_texts(id),
        included=[row for row in rows if row.state is not RecipientState.excluded],
        excluded=[row for row in rows if row.state is RecipientState.excluded],
        languages=LANGUAGES,
        may_cancel=mailing.user_id == g.actor.id and any(queries.is_unsent(row) for row in rows),
        refresh_seconds=REFRESH_SECONDS if mailing.state is MailingState.sending else None,
    )


@bp.route("/mailings/<int:id>/cancel", may="mailing:see", methods=["POST"])
def cancel(id: int) -> Response:
    """Cancel what wasn't sent yet; the sender's own emails only."""
    mailing = queries.get_mailing(g.actor, id)
    if mailing.user_id != g.actor.id:
        raise Forbidden
    count = services.cancel_mailing(mailing)
    flash_success(ngettext("%(num)s email canceled.", "%(num)s emails canceled.", count))
    return redirect_to("mailings.show", id=id)
