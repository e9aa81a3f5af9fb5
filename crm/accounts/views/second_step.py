"""The second step of a sign-in."""

from __future__ import annotations

from flask import g, make_response, request
from werkzeug.wrappers import Response

from crm.accounts.forms import SecondStepForm
from crm.accounts.second_step import find_pending, offers_passkeys, passkey_options
from crm.accounts.sign_in import Throttled, complete_sign_in
from crm.core.data.base import db
from crm.core.errors import NotFound
from crm.core.web.blueprint import PUBLIC, on_post, show_form
from crm.core.web.redirects import safe_next

from .bp import bp
from .sign_in import continue_to, show_throttled, sign_in_again

PAGE = "accounts/second_step.html"


@bp.route("/login/second-step", may=PUBLIC, methods=["GET", "POST"])
def second_step() -> Response:
    """Complete a sign-in with a code or a passkey."""
    form = SecondStepForm()
    form.next.data = target = safe_next(request.values.get("next"))
    pending = find_pending()
    if pending is None:
        # Another tab may have completed this sign-in.
        continue_with = continue_to if g.actor is not None else sign_in_again
        return continue_with(form.pending_form.data, target)
    has_passkeys = offers_passkeys(pending)
    try:
        with on_post(form) as posted:
            if posted:
                complete_sign_in(pending, form.code.data or "", form.passkey.data or "")
                return continue_to(form.pending_form.data, target)
    except Throttled as problem:
        return show_throttled(problem, form, PAGE, has_passkeys=has_passkeys)
    return show_form(form, PAGE, has_passkeys=has_passkeys)


@bp.route("/login/second-step/passkey", may=PUBLIC, methods=["POST"])
def second_step_passkey() -> Response:
    """Return the options with which the script asks for a passkey."""
    pending = find_pending()
    if pending is None:
        raise NotFound
    db.session.rollback()
    return as_json(passkey_options(pending.user_id, pending.session_id))


def as_json(text: str) -> Response:
    """Return a response with a text that is JSON."""
    response = make_response(text, 200)
    response.mimetype = "application/json"
    return response
