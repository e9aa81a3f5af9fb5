"""Confirming who one is, before something that matters."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.accounts.forms import ConfirmForm
from crm.accounts.signing import Throttled, confirm_password
from crm.core.db import db
from crm.core.identity import User
from crm.core.web import on_post, redirect_url, safe_next, show_form

from .bp import bp
from .gate import go_on, throttled


@bp.route("/confirm", may="account:own", methods=["GET", "POST"])
def confirm() -> Response:
    """Ask for the password again, and go on to what it was asked for."""
    form = ConfirmForm()
    form.next.data = target = safe_next(request.values.get("next"))
    if g.is_fresh and request.method == "GET":
        return redirect_url(target)
    me = db.session.get_one(User, g.actor.id)
    try:
        with on_post(form) as posted:
            if posted:
                confirm_password(me, form.password.data)
                return go_on(form.carried.data, target)
    except Throttled as problem:
        return throttled(problem, form, "accounts/confirm.html")
    return show_form(form, "accounts/confirm.html")
