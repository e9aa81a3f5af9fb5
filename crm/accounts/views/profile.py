"""One's own account: profile, password, sessions."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.accounts.factors import has_factor
from crm.accounts.forms import ChangePasswordForm, ProfileForm
from crm.accounts.queries import sessions_of, teams_of
from crm.accounts.services.profile import Profile, change_password, change_profile, end_other_sessions, end_own_session
from crm.accounts.sign_in import Throttled
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.web.security import cookie_name
from crm.core.words import _

from .bp import bp
from .sign_in import throttled

A_YEAR = 365 * 24 * 3600


def _me() -> User:
    # "Users" in the rail is another section, though it is the same feature.
    g.section = "profile"
    return db.session.get_one(User, g.actor.id)


@bp.route("/profile", may="account:own", methods=["GET", "POST"])
def profile() -> Response:
    """See and change the own profile."""
    me = _me()
    form = ProfileForm(obj=me, theme=request.cookies.get(cookie_name("theme"), ""))
    with on_post(form) as posted:
        if posted:
            said = form.values()
            theme = said.pop("theme")
            change_profile(me, Profile(**said))
            flash_success(_("Saved."))
            return _with_theme(redirect_to("accounts.profile"), theme)
    teams, sessions = teams_of([me.id]).get(me.id, []), sessions_of(me.id, clock.now())
    is_on = bool(db.session.scalar(sa.select(has_factor(me.id))))
    shown = {"user": me, "teams": teams, "sessions": sessions, "here": g.auth_session_id, "has_factor": is_on}
    return show_form(form, "accounts/profile.html", **shown)


def _with_theme(answer: Response, theme: str) -> Response:
    """Keep the theme where the script of the menu keeps it."""
    name, secure = cookie_name("theme"), bool(current_app.config["SESSION_COOKIE_SECURE"])
    if theme:
        answer.set_cookie(name, theme, max_age=A_YEAR, samesite="Lax", secure=secure)
    else:
        answer.delete_cookie(name, samesite="Lax", secure=secure)
    return answer


@bp.route("/profile/password", may="account:own", methods=["GET", "POST"])
def password() -> Response:
    """Change the own password."""
    me = _me()
    form = ChangePasswordForm()
    try:
        with on_post(form) as posted:
            if posted:
                change_password(me, form.current_password.data, form.password.data)
                flash_success(_("Your password was changed. You were signed out everywhere else."))
                return redirect_to("accounts.profile")
    except Throttled as problem:
        return throttled(problem, form, "accounts/password.html")
    return show_form(form, "accounts/password.html")


@bp.route("/profile/sessions/end-others", may="account:own", methods=["POST"])
def end_others() -> Response:
    """Sign out everywhere but here."""
    end_other_sessions(g.actor.id)
    flash_success(_("You were signed out everywhere else."))
    return redirect_to("accounts.profile")


@bp.route("/profile/sessions/<int:id>/end", may="account:own", methods=["POST"])
def end_one(id: int) -> Response:
    """End one of the own sessions."""
    if not end_own_session(g.actor.id, id):
        raise NotFound
    flash_success(_("That device was signed out."))
    return redirect_to("accounts.profile")
