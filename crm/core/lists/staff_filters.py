"""Filters by team and by user, and their choices."""

from __future__ import annotations

from typing import Any

from crm.core.forms.choice_sources import former_user_choices, team_choices, user_choices
from crm.core.lists.declare import Filter
from crm.core.lists.derive import Choices
from crm.core.policy import Actor
from crm.core.words import _, _l


def list_team_choices(actor: Actor) -> Choices:
    """Return the teams that the actor may put a record in as choices of a filter."""
    return tuple((str(team_id), name) for team_id, name in team_choices(actor))


def list_user_choices(actor: Actor) -> Choices:
    """Return the users as choices of a filter: active ones first, and in both parts those of the actor's teams."""
    active = ((str(user_id), name) for user_id, name in user_choices(actor))
    former = ((str(user_id), _("%(name)s (deactivated)", name=name)) for user_id, name in former_user_choices(actor))
    return (*active, *former)


def list_counselor_choices(actor: Actor) -> Choices:
    """Return the choices of users, and "0" for records without a counselor."""
    return (*list_user_choices(actor), ("0", _l("No counselor")))


def list_staff_choices(actor: Actor) -> Choices:
    """Return "me" for the actor, and the choices of users."""
    return (("me", _l("Me")), *list_user_choices(actor))


def team_filter(column: Any) -> Filter:
    """Return a filter by one or more teams."""
    return Filter("team", _l("Team"), "many", lambda ids: column.in_(list(map(int, ids))), list_team_choices)


def counselor_filter(column: Any) -> Filter:
    return Filter("counselor", _l("Counselor"), "choice", lambda user_id: column == int(user_id), list_user_choices)
