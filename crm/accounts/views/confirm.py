"""Confirm the identity of a user before a sensitive action."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.accounts.factors import load_factors
from crm.accounts.forms import ConfirmForm
from crm.accounts.passkeys import is_available
from crm.accounts.second_step import passkey_options
from crm.accounts.sign_in import IdentityProof, Throttled, confirm_identity
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.web.blueprint import on_post, show_form
from crm.core.web.redirects import redirect_url, safe_next

from .bp import bp
from .second_step import as_json
from .sign_in import continue_to, show_throttled


@bp.route("/confirm", may="account:own", methods=["GET", "POST"])
def confirm() -> Response:
    """Ask for the password or a second factor, and continue to the requested page."""
    form, factors = ConfirmForm(), load_factors(g.actor.id)
    context = {"factors": factors, "has_passkeys": bool(factors.passkeys) and is_available()}
    form.next.data = target = safe_next(request.values.get("next"))
    if g.is_fresh and request.method == "GET":
        return redirect_url(target)
    try:
        with on_post(form) as posted:
            if posted:
                proof = IdentityProof(form.password.data or "", form.code.data or "", form.passkey.data or "")
                confirm_identity(db.session.get_one(User, g.actor.id), proof)
                return continue_to(form.pending_form.data, target)
    except Throttled as problem:
        return show_throttled(problem, form, "accounts/confirm.html", **context)
    return show_form(form, "accounts/confirm.html", **context)


@bp.route("/confirm/passkey", may="account:own", methods=["POST"])
def confirm_passkey() -> Response:
    """Return the options with which the script asks for a passkey."""
    # The challenge is written in another transaction, which must not wait for this one.
    db.session.rollback()
    return as_json(passkey_options(g.actor.id, g.auth_session_id))
