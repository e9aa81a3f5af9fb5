"""Reassign the records of a user, deactivate and reactivate: administrators, and managers for staff of their teams."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, request
from werkzeug.wrappers import Response

from crm.accounts.forms import ReactivateForm, ReassignUserForm, make_reassign_form
from crm.accounts.queries import KINDS, load_reassignable_user, load_user
from crm.accounts.services.reassignment import (
    GroupKey,
    affected_teams,
    describe_rest,
    limit_candidates,
    list_candidates,
    list_parts,
    list_record_groups,
    reassign_user_records,
)
from crm.accounts.services.returning import list_places, list_returnable
from crm.accounts.services.users import deactivate_user, reactivate_user
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.i18n import formats
from crm.core.web.blueprint import flash_error, flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, ngettext

from .bp import bp


class GroupRow(NamedTuple):
    """A group of records in the form: the name of its field ("": it goes to the owner of all), team, kind, number.

    follows: it has no field, because its records follow their client.
    """

    field: str
    team: str
    kind: str
    number: str
    follows: bool = False


class ReassignPage(NamedTuple):
    """The form to reassign the records of a user, and what it asks."""

    form: ReassignUserForm
    rows: list[GroupRow]
    keys: dict[str, GroupKey]

    def owners(self) -> tuple[User | None, dict[GroupKey, User]]:
        """Return the chosen owner of all records, and those of single groups."""
        ids = {name: self.form[name].data for name in ("new_owner", *self.keys)}
        users = {i: db.session.get_one(User, i) for i in ids.values() if i is not None}
        by_group = {key: users[i] for name, key in self.keys.items() if (i := ids[name]) is not None}
        return users.get(ids["new_owner"]), by_group


def _build_page(user: User, *, is_leaving: bool) -> ReassignPage:
    groups, candidates = list_record_groups(user.id), list_candidates(user.id)
    keys: dict[str, GroupKey] = {}
    rows, fields = [], {}
    for group in groups:
        team_id, kind = group.key
        team, label = group.team or _("All teams"), str(KINDS[kind])
        name = "" if group.follows else f"owner_{team_id}_{kind}"
        rows.append(GroupRow(name, team, label, formats.num(group.number), group.follows))
        if name:
            keys[name] = group.key
            fields[name] = (f"{label}, {team}", limit_candidates(candidates, {team_id} - {0}))
    parts = list_parts(user.id, is_leaving=is_leaving)
    rows += [GroupRow("", "", str(label), formats.num(number)) for label, number in parts]
    form = make_reassign_form(fields)(obj=user)
    form.limit_choices(limit_candidates(candidates, affected_teams(groups)))
    return ReassignPage(form, rows, keys)


@bp.route("/users/<int:id>/reassign", may="user:reassign", fresh=True, methods=["GET", "POST"])
def reassign(id: int) -> Response:
    """Reassign the records of a user who stays active."""
    user = load_reassignable_user(g.actor, id)
    page = _build_page(user, is_leaving=user.disabled_at is not None)
    with on_post(page.form) as posted:
        if posted:
            moved = reassign_user_records(user, *page.owners())
            text = ngettext("%(num)s record was reassigned.", "%(num)s records were reassigned.", moved)
            rest = describe_rest(user, page.owners()[0])
            if moved or not rest:
                flash_success(f"{text} {rest}".rstrip())
            else:
                flash_error(rest)
            return redirect_to("accounts.user", id=id)
    return _show(page, user, is_leaving=False)


@bp.route("/users/<int:id>/disable", may="user:reassign", fresh=True, methods=["GET", "POST"])
def disable(id: int) -> Response:
    """Deactivate a user, and choose who gets the records."""
    user = load_reassignable_user(g.actor, id)
    page = _build_page(user, is_leaving=True)
    with on_post(page.form) as posted:
        if posted:
            leaves_unassigned = page.form.leaves_unassigned.data
            moved = deactivate_user(user, *page.owners(), leaves_unassigned=leaves_unassigned)
            rest = describe_rest(user, page.owners()[0])
            flash_success(f"{_deactivated_text(user.name, moved)} {rest}".rstrip())
            return redirect_to("accounts.user", id=id)
    return _show(page, user, is_leaving=True)


def _show(page: ReassignPage, user: User, **facts: Any) -> Response:
    return show_form(page.form, "accounts/reassign.html", user=user, rows=page.rows, **facts)


def _deactivated_text(name: str, moved: int) -> str:
    if not moved:
        return _("%(name)s was deactivated.", name=name)
    return ngettext(
        "%(name)s was deactivated. %(num)s record was reassigned.",
        "%(name)s was deactivated. %(num)s records were reassigned.",
        moved,
        name=name,
    )


@bp.route("/users/<int:id>/enable", may="user:manage", fresh=True, methods=["GET", "POST"])
def enable(id: int) -> Response:
    """Let a deactivated user sign in again, and offer the reassigned records back."""
    user = load_user(g.actor, id)
    form = ReactivateForm(data={"gets_records": request.method == "GET"})
    with on_post(form) as posted:
        if posted:
            returned = reactivate_user(user, gets_records=form.gets_records.data)
            flash_success(_reactivated_text(user, returned))
            return redirect_to("accounts.user", id=id)
    owners = [(row.owner.name, formats.num(len(row.record_ids))) for row in list_returnable(user)]
    return show_form(form, "accounts/enable.html", user=user, owners=owners, has_places=bool(list_places(user)))


def _reactivated_text(user: User, returned: int) -> str:
    if not user.password:
        return _("%(name)s was reactivated. Resend the invitation.", name=user.name)
    if not returned:
        return _("%(name)s was reactivated and can sign in again.", name=user.name)
    return ngettext(
        "%(name)s was reactivated. %(num)s record was returned.",
        "%(name)s was reactivated. %(num)s records were returned.",
        returned,
        name=user.name,
    )
