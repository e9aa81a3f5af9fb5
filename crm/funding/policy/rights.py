"""Who sees and edits what counts. Pure."""

from __future__ import annotations

from crm.core.policy import (
    RULES,
    Actor,
    Role,
    Rule,
    is_administrator,
    is_signed_in,
    may_change_counselor,
    may_edit,
    may_see,
)


def may_choose_counselor(actor: Actor) -> bool:
    """Whether the actor sees the months of other counselors: managers and administrators do."""
    return actor.is_manager or is_administrator(actor)


def sees_funders(actor: Actor) -> bool:
    """Whether the actor sees funders at all: not with the limit `china_desk`."""
    return not actor.hides_money


def edits_awards(actor: Actor) -> bool:
    """Whether the actor edits awards, their goals and rules: managers and administrators do."""
    return actor.is_system or (actor.role is not Role.staff and sees_funders(actor))


def sees_goal(actor: Actor, team_id: int | None, user_id: int | None) -> bool:
    """Whether the actor sees a goal: all of them if the actor sees all teams, else those of own teams.

    Counselors see the goals of other counselors only if they edit awards.
    """
    if actor.sees_all_teams:
        return True
    if team_id is not None and team_id not in actor.team_ids:
        return False
    return user_id in (None, actor.id) or edits_awards(actor)


RULES["funding:see"] = Rule(is_signed_in, may_see, "View one's own month and the data quality of one's teams.")
RULES["funding:edit"] = Rule(is_signed_in, may_edit, "Add missing facts of a session and its client.")
RULES["award:see"] = Rule(sees_funders, may_see, "View funders, awards and goals.")
RULES["award:edit"] = Rule(edits_awards, may_see, "Edit awards, goals and the rules of funders.")
RULES["assistance:edit"] = Rule(sees_funders, may_edit, "Add and edit assistance of a client.")
RULES["intake:edit"] = Rule(sees_funders, may_change_counselor, "View and edit a client's answers to form 641.")
RULES["partner_referral:see"] = Rule(is_signed_in, may_see, "View the referrals of clients to partners.")
RULES["partner_referral:edit"] = Rule(is_signed_in, may_edit, "Add and edit referrals of a client to partners.")
