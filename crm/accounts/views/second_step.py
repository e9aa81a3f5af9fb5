"""The second step of signing in."""

from __future__ import annotations

from flask import make_response, request
from werkzeug.wrappers import Response

from crm.accounts.forms import SecondStepForm
from crm.accounts.passkeys import are_possible
from crm.accounts.second_step import ask_passkey, passkeys_of, pending
from crm.accounts.sign_in import Throttled, complete_sign_in
from crm.core.data.base import db
from crm.core.errors import NotFound
from crm.core.web.blueprint import PUBLIC, on_post, show_form
from crm.core.web.redirects import redirect_to, safe_next

from .bp import bp
from .sign_in import go_on, throttled

PAGE = "accounts/second_step.html"


@bp.route("/login/second-step", may=PUBLIC, methods=["GET", "POST"])
def second_step() -> Response:
    """Finish a sign-in with a code or a passkey."""
    form = SecondStepForm()
    form.next.data = target = safe_next(request.values.get("next"))
    waiting = pending()
    if waiting is None:
        return redirect_to("accounts.login", next=target)
    has_passkeys = are_possible() and bool(passkeys_of(waiting.user_id))
    try:
        with on_post(form) as posted:
            if posted:
                complete_sign_in(waiting, form.code.data or "", form.passkey.data or "")
                return go_on(form.carried.data, target)
    except Throttled as problem:
        return throttled(problem, form, PAGE, has_passkeys=has_passkeys)
    return show_form(form, PAGE, has_passkeys=has_passkeys)


@bp.route("/login/second-step/passkey", may=PUBLIC, methods=["POST"])
def second_step_passkey() -> Response:
    """Give the script what it asks a passkey for."""
    waiting = pending()
    if waiting is None:
        raise NotFound
    db.session.rollback()
    return as_json(ask_passkey(waiting.user_id, waiting.session_id))


def as_json(text: str) -> Response:
    """Answer with a text that is JSON already."""
    response = make_response(text, 200)
    response.mimetype = "application/json"
    return response
