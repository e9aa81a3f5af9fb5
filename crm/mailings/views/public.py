"""The page that unsubscribes, without sign-in. A GET changes nothing, so that programs that open links do no harm."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from werkzeug.wrappers import Response

from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.i18n.outside_texts import list_other_languages
from crm.core.i18n.translations import find_browser_language
from crm.core.web.blueprint import PUBLIC, render
from crm.core.web.redirects import redirect_to
from crm.core.web.security import csrf
from crm.mailings import queries, services
from crm.mailings.models import Mailing, MailingRecipient
from crm.mailings.reader_texts import TEXTS, ReaderTexts, find_texts
from crm.mailings.tokens import read_unsubscribe_token
from crm.records.opt_outs import find_opt_outs

from .bp import bp


@bp.route("/unsubscribe/<token>", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def unsubscribe(token: str) -> Response:
    """Ask whether to stop email to the address of a link, do it, or undo it."""
    row = _find_recipient(token)
    if row is None:
        return _render_unknown_link()
    if request.method == "POST":
        is_undo = request.form.get("do") == "undo"
        change = services.subscribe if is_undo else services.unsubscribe
        change(row)
        return redirect_to("mailings.unsubscribe", token=token, undo=1 if is_undo else None, **_language_chosen())
    return _page(row, _texts(row))


@bp.route("/unsubscribe/<token>/one-click", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def one_click(token: str) -> Response:
    """Stop email to the address of a link at once when a mail program posts to it (RFC 8058); a GET asks.

    The reply is no redirect, as the RFC demands.
    """
    row = _find_recipient(token)
    if row is None:
        return _render_unknown_link()
    # HEAD must not unsubscribe either: link checkers send it.
    if request.method != "POST":
        return redirect_to("mailings.unsubscribe", token=token, **_language_chosen())
    services.unsubscribe(row)
    return _page(row, _texts(row))


def _find_recipient(token: str) -> MailingRecipient | None:
    """Return the recipient of a genuine link."""
    recipient_id = read_unsubscribe_token(current_app.config["SECRET_KEY"], token)
    row = db.session.get(MailingRecipient, recipient_id) if recipient_id else None
    return row if row is not None and row.address else None


def _render_unknown_link() -> Response:
    texts = _texts(None)
    return render(
        "mailings/unsubscribe.html",
        404,
        texts=texts,
        state="unknown",
        values={},
        center_name=find_center(None),
        languages=list_other_languages(TEXTS, texts),
    )


def _page(row: MailingRecipient, texts: ReaderTexts) -> Response:
    mailing = db.session.get_one(Mailing, row.mailing_id)
    center = queries.load_sender(queries.load_mailing_actor(mailing), mailing.team_id).center
    other_state = "undo" if "undo" in request.args else "ask"
    state = "done" if find_opt_outs([row.address]) else other_state
    values = {"center": center, "address": mask_address(row.address)}
    context: dict[str, Any] = {"state": state, "values": values, "center_name": center}
    return render("mailings/unsubscribe.html", texts=texts, languages=list_other_languages(TEXTS, texts), **context)


def mask_address(address: str) -> str:
    """Return an address of which a forwarded email reveals only a part: z…@example.com."""
    local, _sign, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def _texts(row: MailingRecipient | None) -> ReaderTexts:
    """Return the texts in the chosen language, else that of the email, else that of the browser."""
    chosen = TEXTS.get(request.args.get("lang", ""))
    return chosen or find_texts(row.language if row else find_browser_language())


def _language_chosen() -> dict[str, str]:
    code = request.args.get("lang", "")
    return {"lang": code} if code in TEXTS else {}
