"""Users, for administrators; managers see and invite those of their team."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.accounts.factors import factors_of
from crm.accounts.forms import DisableForm, UserForm
from crm.accounts.lists import USERS
from crm.accounts.policy import roles_to_offer, teams_to_offer
from crm.accounts.queries import all_teams, count_owned_records, events_of, state_of, teams_of, user_for
from crm.accounts.services.factors import reset_factors
from crm.accounts.services.reassignment import candidates, records_to_reassign
from crm.accounts.services.users import (
    UserLocale,
    change_user,
    disable_user,
    enable_user,
    invite_again,
    invite_user,
    sign_out_user,
)
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.lists import respond
from crm.core.policy import administrators, can
from crm.core.web import layout
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l

from .bp import bp

layout.add_nav_entry("accounts.users", _l("Users"), "key", 99)


@bp.route("/users/", may="user:invite")
def users() -> Response:
    """Who signs in."""
    return respond(USERS, g.actor)


@bp.route("/users/<int:id>", may="user:invite")
def user(id: int) -> Response:
    """One user: role, teams, and for administrators what the security log says."""
    found = user_for(g.actor, id)
    teams = teams_of([id]).get(id, [])
    events = events_of(id) if can(g.actor, "user:manage") else []
    factors = factors_of(id) if can(g.actor, "user:manage") else None
    return render(
        "accounts/user.html",
        user=found,
        state=state_of(found),
        teams=teams,
        events=events,
        held=count_owned_records(records_to_reassign(id)),
        factors=factors,
        factor_names=factors.names() if factors is not None else [],
    )


def _form(obj: User | None = None) -> UserForm:
    """The form with what this person may give."""
    offered = all_teams()
    mine = teams_to_offer(g.actor, [t.id for t in offered])
    only = list(mine) if len(mine) == 1 else []
    teams = [t.id for t in teams_of([obj.id]).get(obj.id, [])] if obj else only
    form = UserForm(obj=obj, team_ids=teams, first_team=teams[0] if obj and teams else None)
    form.offer(roles_to_offer(g.actor), [t for t in offered if t.id in mine], rights=administrators(g.actor))
    return form


@bp.route("/users/new", may="user:invite", fresh=True, methods=["GET", "POST"])
def new() -> Response:
    """Invite somebody."""
    form = _form()
    with on_post(form) as posted:
        if posted:
            made, _link = invite_user(g.actor, form.account(), UserLocale(form.zone.data, g.actor.language))
            flash_success(_("Invitation sent to %(name)s.", name=made.name))
            return redirect_to("accounts.user", id=made.id)
    return show_form(form, "accounts/user_form.html", user=None)


@bp.route("/users/<int:id>/edit", may="user:manage", fresh=True, methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change name, role, teams and rights."""
    found = user_for(g.actor, id)
    form = _form(found)
    del form.zone
    with on_post(form) as posted:
        if posted:
            change_user(found, form.account())
            flash_success(_("Saved."))
            return redirect_to("accounts.user", id=id)
    return show_form(form, "accounts/user_form.html", user=found)


@bp.route("/users/<int:id>/disable", may="user:manage", fresh=True, methods=["GET", "POST"])
def disable(id: int) -> Response:
    """Disable somebody, and say who takes over."""
    found = user_for(g.actor, id)
    people = candidates(id)
    form = DisableForm(obj=found)
    form.offer([(p.id, p.name) for p in people])
    with on_post(form) as posted:
        if posted:
            new_owner = next((p for p in people if p.id == form.heir.data), None)
            moved = disable_user(found, new_owner)
            flash_success(_("%(name)s was deactivated. Records reassigned: %(n)d.", name=found.name, n=moved))
            return redirect_to("accounts.user", id=id)
    return show_form(form, "accounts/disable.html", user=found, held=count_owned_records(records_to_reassign(id)))


@bp.route("/users/<int:id>/enable", may="user:manage", fresh=True, methods=["POST"])
def enable(id: int) -> Response:
    """Let somebody sign in again."""
    found = user_for(g.actor, id)
    enable_user(found)
    flash_success(_("%(name)s was reactivated and can sign in again.", name=found.name))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/sign-out", may="user:manage", fresh=True, methods=["POST"])
def sign_out(id: int) -> Response:
    """End all sessions of somebody, such as on a lost phone; they can sign in again."""
    found = user_for(g.actor, id)
    sign_out_user(found)
    flash_success(_("%(name)s was signed out everywhere.", name=found.name))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/invite", may="user:invite", fresh=True, methods=["POST"])
def invite(id: int) -> Response:
    """Send the invitation once more."""
    found = user_for(g.actor, id)
    invite_again(g.actor, found)
    db.session.flush()
    flash_success(_("Invitation sent to %(name)s.", name=found.name))
    return redirect_to("accounts.user", id=id)


@bp.route("/users/<int:id>/reset-second-factor", may="user:manage", fresh=True, methods=["POST"])
def reset_second_factor(id: int) -> Response:
    """Remove the second factors of somebody who has lost them."""
    found = user_for(g.actor, id)
    reset_factors(found)
    flash_success(_("Two-factor authentication for %(name)s was reset.", name=found.name))
    return redirect_to("accounts.user", id=id)
