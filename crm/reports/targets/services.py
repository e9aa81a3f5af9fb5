"""Set, change and delete sales targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User, lock_team
from crm.core.data.net_changes import NetChange
from crm.core.errors import Conflict, Invalid
from crm.core.hooks import RESTORED_ROWS
from crm.core.policy import Actor
from crm.core.words import _
from crm.reports.models import SalesTarget

from .periods import name_months


def save_target(actor: Actor, values: Mapping[str, Any], row: SalesTarget | None = None) -> SalesTarget:
    """Set or change a target. `values`: team_id, counselor_id, from_on, to_on, amount.

    Raises Invalid for another team than the actor's, a counselor who isn't in the team, an amount that isn't above 0,
    months in the wrong order, and months for which the team or counselor has a target already.
    """
    target = row or SalesTarget(created_by_id=actor.id)
    _check_team(actor, values, target)
    if values["amount"] <= 0:
        raise Invalid(_("Enter an amount above 0."), "amount")
    if values["to_on"] < values["from_on"]:
        raise Invalid(_("Choose a last month on or after the first month."), "to_on")
    _refuse_overlap(values, target.id)
    for name, value in values.items():
        setattr(target, name, value)
    db.session.add(target)
    db.session.flush()
    return target


def _check_team(actor: Actor, values: Mapping[str, Any], target: SalesTarget) -> None:
    team_id, counselor_id = values["team_id"], values["counselor_id"]
    if not actor.sees_all_teams and team_id not in actor.team_ids:
        raise Invalid(_("Choose one of your teams."), "team_id")
    lock_team(team_id)
    if counselor_id is None or (counselor_id, team_id) == (target.counselor_id, target.team_id):
        return
    is_member = sa.exists().where(Membership.user_id == counselor_id, Membership.team_id == team_id)
    if not db.session.scalar(sa.select(is_member)):
        raise Invalid(_("Choose a counselor of this team."), "counselor_id")


def _refuse_overlap(values: Mapping[str, Any], target_id: int | None) -> None:
    """Raise Invalid if the team or counselor has another target for one of the months."""
    stmt = sa.select(SalesTarget.from_on, SalesTarget.to_on, Team.name, User.name).join(
        Team, Team.id == SalesTarget.team_id
    )
    stmt = stmt.outerjoin(User, User.id == SalesTarget.counselor_id).where(SalesTarget.team_id == values["team_id"])
    is_same = SalesTarget.counselor_id.is_not_distinct_from(values["counselor_id"])
    overlaps = sa.and_(SalesTarget.from_on <= values["to_on"], SalesTarget.to_on >= values["from_on"])
    is_other = SalesTarget.id != target_id if target_id else sa.true()
    other = db.session.execute(stmt.where(is_same, overlaps, is_other).order_by(SalesTarget.from_on)).first()
    if other is not None:
        first, last, team, counselor = other
        details = {"name": counselor or team, "months": name_months(first, last)}
        text = _("%(name)s already has a target for %(months)s. Change it, or choose other months.", **details)
        raise Invalid(text, "from_on")


def delete_target(row: SalesTarget) -> None:
    db.session.delete(row)
    db.session.flush()


def _check_restored(_actor: Actor, changes: Sequence[NetChange]) -> None:
    """Raise Conflict if a target that undo restored has months that another one was set for meanwhile."""
    ids = [int(change.row_id) for change in changes]
    for target in db.session.scalars(sa.select(SalesTarget).where(SalesTarget.id.in_(ids))):
        lock_team(target.team_id)
        names = ("team_id", "counselor_id", "from_on", "to_on")
        try:
            _refuse_overlap({name: getattr(target, name) for name in names}, target.id)
        except Invalid as problem:
            raise Conflict(problem.message) from problem


RESTORED_ROWS[SalesTarget.__tablename__] = _check_restored
