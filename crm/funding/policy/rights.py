"""Who sees and edits what counts. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Actor, Rule, administrators, is_signed_in, may_edit, may_see


def may_choose_counselor(actor: Actor) -> bool:
    """Whether the actor sees the months of other counselors: managers and administrators do."""
    return actor.is_manager or administrators(actor)


def sees_funders(actor: Actor) -> bool:
    """Whether the actor sees funders at all: not with the limit `china_desk`."""
    return not actor.hides_money


RULES["funding:see"] = Rule(is_signed_in, may_see, "View one's own month and the data quality of one's teams.")
RULES["funding:edit"] = Rule(is_signed_in, may_edit, "Add missing facts of a session and its client.")
RULES["funder:see"] = Rule(sees_funders, may_see, "View funders and their rules.")
RULES["funder:rules"] = Rule(administrators, may_see, "Edit the rules of funders.")
