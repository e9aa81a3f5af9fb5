"""A user's own second factors. Users who must set one up are redirected here."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from crm.accounts.factors import has_factor, load_factors
from crm.accounts.forms import AppForm, PasskeyForm
from crm.accounts.passkeys import is_available, registration_request
from crm.accounts.policy import requires_second_factor
from crm.accounts.second_step import list_passkeys, store_challenge
from crm.accounts.services.factors import add_app, add_passkey, create_recovery_codes, remove_app, remove_passkey
from crm.accounts.sign_in import Throttled
from crm.accounts.totp import build_setup, create_secret
from crm.core.data.base import db
from crm.core.errors import Forbidden
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.error_page import wants_json
from crm.core.web.redirects import redirect_to
from crm.core.words import _

from .bp import bp
from .profile import load_own_user
from .second_step import as_json
from .sign_in import show_throttled

SETUP_KEY = "app_setup"
"""The key in the session cookie of the encrypted secret, until its first code is entered."""
SETUP_ENDPOINTS = frozenset(
    {
        "static",
        "healthz",
        "accounts.login",
        "accounts.logout",
        "accounts.factors",
        "accounts.app_setup",
        "accounts.passkey_add",
        "accounts.passkey_options",
        "accounts.confirm",
        "accounts.confirm_passkey",
    }
)
"""Endpoints that are open to users who must set up a second factor first."""


def must_set_up() -> bool:
    """Return whether the signed-in user needs a second factor and has none."""
    actor = g.get("actor")
    if actor is None or not requires_second_factor(current_app.config["CRM_REQUIRE_SECOND_FACTOR"], actor.role):
        return False
    return not db.session.scalar(sa.select(has_factor(actor.id)))


@bp.before_app_request
def redirect_to_setup() -> Response | None:
    """Redirect users who must set up a second factor first; refuse other methods than GET."""
    if request.endpoint in SETUP_ENDPOINTS or not must_set_up():
        return None
    if request.method == "GET" and not wants_json():
        return redirect_to("accounts.factors")
    raise Forbidden(_("Set up two-factor authentication first. Your role requires it."))


def _page(form: PasskeyForm) -> Response:
    own_factors = load_factors(g.actor.id)
    is_required = requires_second_factor(current_app.config["CRM_REQUIRE_SECOND_FACTOR"], g.actor.role)
    context = {"factors": own_factors, "has_passkeys": is_available(), "is_required": is_required}
    return show_form(form, "accounts/factors.html", **context, is_setup_only=is_required and not own_factors)


@bp.route("/profile/second-factor", may="account:own", fresh=True)
def factors() -> Response:
    """Show the user's second factors."""
    load_own_user()
    return _page(PasskeyForm(formdata=None))


@bp.route("/profile/second-factor/app", may="account:own", fresh=True, methods=["GET", "POST"])
def app_setup() -> Response:
    """Set up an authenticator app: show QR code and secret, and check the first code."""
    me = load_own_user()
    form = AppForm()
    is_setup_only = must_set_up()
    if SETUP_KEY not in session:
        session[SETUP_KEY] = create_secret()
    secret = session[SETUP_KEY]
    context = {"setup": build_setup(secret, me.email), "is_setup_only": is_setup_only}
    try:
        with on_post(form) as posted:
            if posted:
                recovery_codes = add_app(me.id, secret, form.code.data)
                session.pop(SETUP_KEY)
                flash_success(_("Your authenticator app is set up."))
                if not recovery_codes:
                    # Those of the first of two clicks were never shown.
                    flash_success(_("If you haven't saved your recovery codes, generate new ones."))
                return _show_codes(recovery_codes)
    except Throttled as problem:
        return show_throttled(problem, form, "accounts/app_setup.html", **context)
    return show_form(form, "accounts/app_setup.html", **context)


@bp.route("/profile/second-factor/app/remove", may="account:own", fresh=True, methods=["POST"])
def app_remove() -> Response:
    """Remove the authenticator app."""
    remove_app(load_own_user())
    flash_success(_("Your authenticator app was removed."))
    return redirect_to("accounts.factors")


@bp.route("/profile/second-factor/passkeys", may="account:own", fresh=True, methods=["POST"])
def passkey_add() -> Response:
    """Store a passkey that the browser has created."""
    me = load_own_user()
    form = PasskeyForm()
    with on_post(form) as posted:
        if posted:
            recovery_codes = add_passkey(me, form.name.data, form.passkey.data or "")
            flash_success(_("Your passkey was added."))
            return _show_codes(recovery_codes)
    return _page(form)


@bp.route("/profile/second-factor/passkeys/options", may="account:own", fresh=True, methods=["POST"])
def passkey_options() -> Response:
    """Return the options with which the script asks the browser for a new passkey."""
    passkey_request = registration_request(load_own_user(), list_passkeys(g.actor.id))
    db.session.rollback()
    store_challenge(g.auth_session_id, passkey_request.challenge)
    return as_json(passkey_request.options)


@bp.route("/profile/second-factor/passkeys/<int:id>/remove", may="account:own", fresh=True, methods=["POST"])
def passkey_remove(id: int) -> Response:
    """Remove one of the user's passkeys."""
    remove_passkey(load_own_user(), id)
    flash_success(_("Your passkey was removed."))
    return redirect_to("accounts.factors")


@bp.route("/profile/second-factor/codes", may="account:own", fresh=True, methods=["POST"])
def recovery_codes() -> Response:
    """Create new recovery codes, and show them once."""
    return _show_codes(create_recovery_codes(load_own_user()))


def _show_codes(texts: list[str]) -> Response:
    return render("accounts/codes.html", codes=texts) if texts else redirect_to("accounts.factors")
