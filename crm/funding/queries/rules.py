"""The rules of funders."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.errors import NotFound
from crm.funding.models import FunderRule
from crm.funding.policy.counting import FunderRuleRow
from crm.reference.models import Funder

R = FunderRule
RULES = sa.select(R.funder_id, R.requirement, R.is_required, R.from_on, R.to_on).order_by(R.from_on, R.id)


def load_rules() -> list[FunderRuleRow]:
    """Return the rules of all funders: a few rows that administrators enter."""
    return [FunderRuleRow._make(row) for row in fetch(RULES)]


def list_rules(funder_id: int) -> list[FunderRule]:
    """List the rules of a funder, the newest first."""
    stmt = sa.select(R).where(R.funder_id == funder_id).order_by(R.from_on.desc(), R.id.desc())
    return list(db.session.scalars(stmt))


def get_funder(funder_id: int) -> Funder:
    """Return a funder. Raises NotFound."""
    row = db.session.get(Funder, funder_id)
    if row is None:
        raise NotFound
    return row


FUNDERS = sa.select(Funder.id, Funder.name).where(Funder.active).order_by(Funder.name)


def list_active_funders() -> list[tuple[int, str]]:
    """Return id and name of the active funders, whatever the period of their awards."""
    return [(i, name) for i, name in fetch(FUNDERS)]
