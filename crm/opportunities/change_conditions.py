"""Conditions for opportunities by what changed, shared by the list, the board and the reports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias

from .conditions import LOST, OPPORTUNITY, SIGNED, Condition
from .models import OpportunityChange
from .policy import ChangedField, OpportunityStage


def has_change_between(field: ChangedField, begin: Any, end: Any, *more: Condition) -> Condition:
    """Return the condition for a change of this field from one moment to before another; `more` narrows the changes."""
    row = OpportunityChange
    changes = (row.field == field.value, row.at >= begin, row.at < end, row.old.is_not(None), *more)
    return OPPORTUNITY.c.id.in_(sa.select(row.opportunity_id).where(*changes))


def is_close_delayed() -> Condition:
    """Return the condition for changes that moved the close date to a later day, or removed it."""
    row = OpportunityChange
    return sa.and_(row.old != "", sa.or_(row.new == "", row.new > row.old))


def is_close_advanced() -> Condition:
    """Return the condition for changes that moved the close date to an earlier day."""
    row = OpportunityChange
    return sa.and_(row.new != "", row.new < row.old)


def has_slipped() -> Condition:
    """Return the condition for a close date that was ever moved to a later day, or removed."""
    row = OpportunityChange
    return OPPORTUNITY.c.id.in_(
        sa.select(row.opportunity_id).where(row.field == ChangedField.close.value, is_close_delayed())
    )


def slips_of(opportunity_id: Any) -> sa.ScalarSelect[int]:
    """Return how often the close date of an opportunity was moved to a later day, or removed."""
    row = OpportunityChange
    is_slip = (row.opportunity_id == opportunity_id, row.field == ChangedField.close.value, is_close_delayed())
    return sa.select(sa.func.count(row.id)).where(*is_slip).correlate_except(row).scalar_subquery()


def is_signature(change: Any) -> Condition:
    """Return the condition for changes by which a contract is signed; a later stage of it is none."""
    return _is_move(change, SIGNED)


def is_loss(change: Any) -> Condition:
    """Return the condition for changes by which an opportunity is lost, withdrawn or not bid for."""
    return _is_move(change, LOST)


def _is_move(change: Any, stages: Collection[OpportunityStage]) -> Condition:
    codes = [stage.value for stage in stages]
    is_first = sa.or_(change.old.is_(None), change.old.not_in(codes))
    return sa.and_(change.field == ChangedField.stage.value, change.new.in_(codes), is_first)


def signed_between(begin: Any, end: Any) -> Condition:
    """Return the condition for signed opportunities that were signed from one moment to before another.

    A later stage of the contract isn't a new signature. The board, the list and the reports all count by this.
    """
    return _moved_between(SIGNED, is_signature(OpportunityChange), begin, end)


def lost_between(begin: Any, end: Any) -> Condition:
    """Return the condition for lost opportunities that were lost from one moment to before another."""
    return _moved_between(LOST, is_loss(OpportunityChange), begin, end)


def losses_between(begin: Any, end: Any) -> Condition:
    """Return the condition for the changes by which opportunities were lost, one for each: the last in this time."""
    row = OpportunityChange
    last = alias(OpportunityChange, "last_loss")
    latest_id = (
        sa.select(sa.func.max(last.id))
        .where(last.opportunity_id == row.opportunity_id, is_loss(last), last.at >= begin, last.at < end)
        .correlate(row)
        .scalar_subquery()
    )
    return sa.and_(row.id == latest_id, row.at >= begin, row.at < end)


def lost_from_between(stage: OpportunityStage, begin: Any, end: Any) -> Condition:
    """Return the condition for lost opportunities that were last lost in this time, from a stage."""
    row = OpportunityChange
    ids = sa.select(row.opportunity_id).where(losses_between(begin, end), row.old == stage.value)
    return sa.and_(lost_between(begin, end), OPPORTUNITY.c.id.in_(ids))


def _moved_between(stages: Collection[OpportunityStage], is_move: Condition, begin: Any, end: Any) -> Condition:
    row = OpportunityChange
    has_move = (
        sa.exists()
        .where(row.opportunity_id == OPPORTUNITY.c.id, is_move, row.at >= begin, row.at < end)
        .correlate(OPPORTUNITY)
    )
    # The current stage can't have begun before that move; this narrows the rows by an index.
    return sa.and_(OPPORTUNITY.c.stage.in_(stages), OPPORTUNITY.c.stage_since >= begin, has_move)


def is_slip_out_of(change: Any, first: Any, last: Any) -> Condition:
    """Return the condition for changes that moved the close date out of these days, to a later day or to none.

    The days are ISO texts, both included.
    """
    is_later = sa.or_(change.new == "", change.new > last)
    return sa.and_(change.field == ChangedField.close.value, change.old >= first, change.old <= last, is_later)


def has_slipped_out_of(first: str, last: str) -> Condition:
    """Return the condition for opportunities whose close date slipped out of these days."""
    row = OpportunityChange
    return OPPORTUNITY.c.id.in_(sa.select(row.opportunity_id).where(is_slip_out_of(row, first, last)))


def has_reached(stages: Collection[OpportunityStage]) -> Condition:
    """Return the condition for opportunities that are, or ever were, in one of these stages."""
    row, codes = OpportunityChange, [stage.value for stage in stages]
    was_there = row.field == ChangedField.stage.value, sa.or_(row.new.in_(codes), row.old.in_(codes))
    ids = sa.select(row.opportunity_id).where(*was_there)
    return sa.or_(OPPORTUNITY.c.stage.in_(stages), OPPORTUNITY.c.id.in_(ids))
