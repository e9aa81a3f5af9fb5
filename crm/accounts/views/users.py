"""Users, for administrators; managers see and invite users of their teams."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.accounts.event_queries import list_user_events
from crm.accounts.factors import Factors, load_factors
from crm.accounts.forms import UserForm
from crm.accounts.lists import USERS
from crm.accounts.policy import assignable_roles, assignable_teams
from crm.accounts.queries import (
    account_state,
    count_owned_records,
    describe_invitation,
    has_mail_server,
    list_teams,
    load_teams,
    load_user,
    may_reassign,
    records_of_former_teams,
    records_to_reassign,
)
from crm.accounts.services.factors import reset_factors
from crm.accounts.services.users import (
    UserLocale,
    change_user,
    invite_user,
    resend_invitation,
    sign_out_user,
)
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import Invalid
from crm.core.i18n.formats import moment, place
from crm.core.lists import respond
from crm.core.mail.outbox.bounces import find_bounce, resume_address
from crm.core.policy import can, is_administrator
from crm.core.web import layout
from crm.core.web.blueprint import flash_error, flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l

from .bp import bp

layout.add_nav_entry("accounts.users", _l("Users"), "key", 99)


@bp.route("/users/", may="user:invite")
def users() -> Response:
    return respond(USERS, g.actor)


@bp.route("/users/<int:id>", may="user:invite")
def user(id: int) -> Response:
    """Show a user with role and teams, and to administrators second factors and security events."""
    row = load_user(g.actor, id)
    is_manageable = can(g.actor, "user:manage")
    factors = load_factors(id) if is_manageable else None
    return render(
        "accounts/user.html",
        user=row,
        state=account_state(row),
        facts=_facts(row, factors),
        events=list_user_events(id) if is_manageable else [],
        owned=count_owned_records(records_to_reassign(id)),
        out_of_sight=count_owned_records(records_of_former_teams(row)),
        factors=factors,
        is_reassignable=may_reassign(g.actor, row),
        bounce=find_bounce(db.session(), row.email),
    )


def _facts(user: User, factors: Factors | None) -> list[tuple[str, str]]:
    """Return labels and texts about an account."""
    return [
        (_("Email"), user.email),
        (_("Teams"), ", ".join(team.name for team in load_teams([user.id]).get(user.id, ()))),
        (_("Time zone"), place(user.zone)),
        (_("Two-factor method"), ", ".join(factors.names()) if factors else ""),
        (_("Invited"), moment(user.invited_at)),
        (_("Invitation email"), describe_invitation(user)),
        (_("Last active"), moment(user.last_seen_at)),
        (_("Deactivated"), moment(user.disabled_at)),
    ]


def _form(user: User | None = None) -> UserForm:
    """Return the form with the roles, teams and rights that the actor may assign."""
    teams = list_teams()
    allowed_ids = assignable_teams(g.actor, [t.id for t in teams])
    default_ids = list(allowed_ids) if len(allowed_ids) == 1 else []
    team_ids = [t.id for t in load_teams([user.id]).get(user.id, [])] if user else default_ids
    form = UserForm(obj=user, team_ids=team_ids, first_team=team_ids[0] if user and team_ids else None)
    allowed = [t for t in teams if t.id in allowed_ids]
    form.limit_choices(assignable_roles(g.actor), allowed, rights=is_administrator(g.actor))
    return form


def _announce_invitation(user: User) -> str:
    if has_mail_server():
        return _("The invitation to %(name)s is being sent.", name=user.name)
    return _("No mail server is configured. The invitation to %(name)s is waiting.", name=user.name)


@bp.route("/users/new", may="user:invite", fresh=True, methods=["GET", "POST"])
def new() -> Response:
    """Invite a user."""
    form = _form()
    with on_post(form) as posted:
        if posted:
            user, _link = invite_user(g.actor, form.account_values(), UserLocale(form.zone.data, form.language.data))
            flash_success(_announce_invitation(user))
            return redirect_to("accounts.user", id=user.id)
    return show_form(form, "accounts/user_form.html", user=None)


@bp.route("/users/<int:id>/edit", may="user:manage", fresh=True, methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change name, role, teams and rights."""
    user = load_user(g.actor, id)
    form = _form(user)
    del form.zone, form.language
    with on_post(form) as posted:
        if posted:
            is_invited = change_user(g.actor, user, form.account_values())
            flash_success(_announce_invitation(user) if is_invited else _("Changes saved."))
            if id == g.actor.id and not can(load_actor(user), "user:invite"):
                return redirect_to("accounts.profile")
            return redirect_to("accounts.user", id=id)
    return show_form(form, "accounts/user_form.html", user=user)


@bp.route("/users/<int:id>/sign-out", may="user:manage", fresh=True, methods=["POST"])
def sign_out(id: int) -> Response:
    """End all sessions of a user, for example after the loss of a phone; the user can sign in again."""
    user = load_user(g.actor, id)
    sign_out_user(user)
    flash_success(_("%(name)s was signed out everywhere.", name=user.name))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/invite", may="user:invite", fresh=True, methods=["POST"])
def invite(id: int) -> Response:
    """Send the invitation again."""
    user = load_user(g.actor, id)
    link = resend_invitation(g.actor, user)
    db.session.flush()
    if link:
        flash_success(_announce_invitation(user))
    else:
        flash_error(_("%(name)s was invited less than a minute ago. Try again later.", name=user.name))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/resume-email", may="user:manage", fresh=True, methods=["POST"])
def resume_email(id: int) -> Response:
    """Allow email to a user's address after an earlier one could not be delivered."""
    row = load_user(g.actor, id)
    if resume_address(db.session(), row.email):
        flash_success(_("%(address)s can be emailed again.", address=row.email))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/reset-second-factor", may="user:manage", fresh=True, methods=["POST"])
def reset_second_factor(id: int) -> Response:
    """Remove all second factors of a user who has lost them."""
    user = load_user(g.actor, id)
    try:
        reset_factors(user)
    except Invalid:
        # A double click, or the user removed it after the page was loaded.
        flash_success(_("Two-factor authentication for %(name)s was already reset or removed.", name=user.name))
    else:
        flash_success(_("Two-factor authentication for %(name)s was reset.", name=user.name))
    return redirect_to("accounts.user", id=id)
