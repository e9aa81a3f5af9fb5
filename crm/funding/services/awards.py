"""Save awards with their reports and goals, and the rules of funders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm.core.data.base import db
from crm.core.data.rows import advance_version, sync_rows
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.funding.models import Award, AwardGoal, AwardReport, FunderRule
from crm.funding.policy.rights import sees_goal
from crm.funding.queries.awards import list_goals, list_reports
from crm.funding.queries.rules import get_funder
from crm.reference.models import Funder

GOAL_KEY = ("measure", "team_id", "user_id")


def save_award(actor: Actor, values: Mapping[str, Any], award: Award | None = None) -> Award:
    """Add or change an award with its reports and the goals that the actor sees. Raises NotFound, Invalid."""
    get_funder(values["funder_id"])
    row = award or Award()
    for name, value in values.items():
        if name not in ("reports", "goals"):
            setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    if award is not None:
        # Reports and goals belong to the form: who has it open must not delete what others add meanwhile.
        advance_version(row)
    _save_reports(row, values["reports"])
    sync_rows(row, AwardGoal.award_id, _goals(actor, row, values["goals"]), key=GOAL_KEY)
    return row


def _save_reports(award: Award, reports: Sequence[Mapping[str, Any]]) -> None:
    """Make the reports of an award equal these; those with the `id` of a stored one change it, others are added."""
    existing = {report.id: report for report in list_reports(award.id)}
    for values in reports:
        report = existing.pop(values.get("id") or 0, None) or AwardReport(award_id=award.id)
        for name in ("name", "due_on", "sent_on"):
            setattr(report, name, values.get(name))
        db.session.add(report)
    for removed in existing.values():
        db.session.delete(removed)
    db.session.flush()


def _goals(actor: Actor, award: Award, goals: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the goals with those that the actor doesn't see.

    Raises Invalid for a goal that the actor may not set, and for two of the same.
    """
    keys = [tuple(goal[name] for name in GOAL_KEY) for goal in goals]
    if len(set(keys)) < len(keys):
        raise Invalid(_("Enter each goal once: two have the same measure, team and counselor."), "goals")
    for goal in goals:
        if not sees_goal(actor, goal["team_id"], goal["user_id"]):
            raise Invalid(_("Choose one of your teams for each goal."), "goals")
    hidden = [goal for goal in list_goals(award.id) if not sees_goal(actor, goal.team_id, goal.user_id)]
    return [*goals, *({name: getattr(goal, name) for name in (*GOAL_KEY, "target")} for goal in hidden)]


def save_rules(funder: Funder, rules: Sequence[Mapping[str, Any]]) -> None:
    """Set the rules of a funder. Raises Invalid for one that ends before it begins, and for two of a fact and day."""
    starts = [(rule["requirement"], rule["from_on"]) for rule in rules]
    if len(set(starts)) < len(starts):
        raise Invalid(_("Enter each rule once: two have the same requirement and start date."), "rules")
    for rule in rules:
        if rule["to_on"] and rule["to_on"] < rule["from_on"]:
            raise Invalid(_("Enter an end date on or after the start date."), "rules")
    # Rules belong to the form of the funder: an older form must not delete what others add meanwhile.
    advance_version(funder)
    sync_rows(funder, FunderRule.funder_id, rules, key=["requirement", "from_on"])
