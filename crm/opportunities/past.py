"""The state of opportunities at a moment in the past, from their recorded changes.

Stage, amount, currency and counselor are recorded change by change; probability and archiving are not.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias

from .conditions import OPPORTUNITY, RECORD, Condition
from .models import OpportunityChange
from .policy import ChangedField


def select_past_states(end: Any, *conditions: Condition) -> sa.Subquery:
    """Return id, visibility key, stage, currency, amount and counselor_id of opportunities as they were at a moment.

    `conditions` narrow the opportunities by what they are today.
    """
    money = _next_old_value(ChangedField.amount, end)
    counselor = _next_old_value(ChangedField.counselor, end)
    rows = (
        sa.select(
            OPPORTUNITY.c.id,
            OPPORTUNITY.c.visibility_key,
            past_stage(end).label("stage"),
            OPPORTUNITY.c.currency,
            OPPORTUNITY.c.amount,
            RECORD.c.counselor_id,
            money.label("old_money"),
            counselor.label("old_counselor"),
        )
        .join_from(OPPORTUNITY, RECORD, RECORD.c.id == OPPORTUNITY.c.id)
        .where(RECORD.c.created_at < end, *conditions)
        .subquery()
    )
    return sa.select(rows.c.id, rows.c.visibility_key, rows.c.stage, *_money(rows), _counselor(rows)).subquery()


def past_stage(end: Any) -> sa.ColumnElement[Any]:
    """Return the stage of an opportunity before a moment."""
    old = sa.type_coerce(_next_old_value(ChangedField.stage, end), OPPORTUNITY.c.stage.type)
    return sa.func.coalesce(old, OPPORTUNITY.c.stage, type_=OPPORTUNITY.c.stage.type)


def _next_old_value(field: ChangedField, end: Any) -> sa.ScalarSelect[Any]:
    """Return the value that the first change of a field after a moment replaced; None if it hasn't changed since."""
    row = alias(OpportunityChange, f"change_of_{field.value}")
    return (
        sa.select(row.old)
        .where(row.opportunity_id == OPPORTUNITY.c.id, row.field == field.value, row.at >= end, row.old.is_not(None))
        .order_by(row.at, row.id)
        .limit(1)
        .correlate(OPPORTUNITY)
        .scalar_subquery()
    )


def _money(rows: Any) -> tuple[Any, Any]:
    """Return currency and amount; a change has both as "CNY 1200.00", or "" for no amount."""
    old = rows.c.old_money
    is_current = sa.or_(old.is_(None), old == "")
    currency = sa.case((is_current, rows.c.currency), else_=sa.func.substr(old, 1, 3))
    amount = sa.case(
        (old.is_(None), rows.c.amount),
        (old == "", None),
        else_=sa.cast(sa.func.nullif(sa.func.substr(old, 5), ""), sa.Numeric(14, 2)),
    )
    return currency.label("currency"), sa.type_coerce(amount, rows.c.amount.type).label("amount")


def _counselor(rows: Any) -> sa.ColumnElement[int | None]:
    old = rows.c.old_counselor
    return sa.case((old.is_(None), rows.c.counselor_id), else_=sa.cast(sa.func.nullif(old, ""), sa.Integer)).label(
        "counselor_id"
    )
