"""A user's own account: profile, password, sessions."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.accounts.factors import has_factor
from crm.accounts.forms import ChangePasswordForm, ProfileForm
from crm.accounts.queries import list_sessions, load_teams
from crm.accounts.services import profile as services
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
from .sign_in import show_throttled

THEME_COOKIE_SECONDS = 365 * 24 * 3600


def load_own_user() -> User:
    """Return the signed-in user, for a page of the profile."""
    # The section "Users" of the navigation belongs to the same blueprint but isn't the current one.
    g.section = "profile"
    return db.session.get_one(User, g.actor.id)


@bp.route("/profile", may="account:own", methods=["GET", "POST"])
def profile() -> Response:
    """Show and change the user's own profile."""
    me = load_own_user()
    form = ProfileForm(obj=me, theme=request.cookies.get(cookie_name("theme"), ""))
    with on_post(form) as posted:
        if posted:
            values = form.values()
            theme = values.pop("theme")
            services.change_profile(me, services.Profile(**values))
            flash_success(_("Changes saved."))
            return _with_theme(redirect_to("accounts.profile"), theme)
    return show_form(
        form,
        "accounts/profile.html",
        facts=_facts(me),
        has_factor=bool(db.session.scalar(sa.select(has_factor(me.id)))),
        sessions=list_sessions(me.id, clock.now()),
        current_session_id=g.auth_session_id,
    )


def _facts(user: User) -> list[tuple[str, str]]:
    """Return what only an administrator can change, as labels and texts."""
    rights = [_("Compliance")] * user.has_compliance + [_("China desk")] * user.is_china_desk
    return [
        (_("Email"), user.email),
        (_("Role"), str(user.role.label)),
        (_("Teams"), ", ".join(team.name for team in load_teams([user.id]).get(user.id, ()))),
        (_("Permissions"), ", ".join(rights)),
    ]


def _with_theme(response: Response, theme: str) -> Response:
    """Store the theme in the cookie that the menu's script uses."""
    name = cookie_name("theme")
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if theme:
        response.set_cookie(name, theme, max_age=THEME_COOKIE_SECONDS, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(name, samesite="Lax", secure=secure)
    return response


@bp.route("/profile/password", may="account:own", methods=["GET", "POST"])
def password() -> Response:
    """Change the user's own password."""
    me = load_own_user()
    form = ChangePasswordForm()
    try:
        with on_post(form) as posted:
            if posted:
                services.change_password(me, form.current_password.data, form.password.data)
                flash_success(_("Your password was changed. You were signed out everywhere else."))
                return redirect_to("accounts.profile")
    except Throttled as problem:
        return show_throttled(problem, form, "accounts/password.html")
    return show_form(form, "accounts/password.html")


@bp.route("/profile/sessions/end-others", may="account:own", methods=["POST"])
def end_other_sessions() -> Response:
    """Sign the user out on all other devices."""
    services.end_other_sessions(g.actor.id)
    flash_success(_("You were signed out everywhere else."))
    return redirect_to("accounts.profile")


@bp.route("/profile/sessions/<int:id>/end", may="account:own", methods=["POST"])
def end_session(id: int) -> Response:
    """End one of the user's own sessions."""
    if not services.end_own_session(g.actor.id, id):
        raise NotFound
    flash_success(_("Device signed out."))
    return redirect_to("accounts.profile")
