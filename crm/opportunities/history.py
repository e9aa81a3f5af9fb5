"""The changes of an opportunity as texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.identity import User
from crm.core.i18n import formats

from .models import OpportunityChange
from .policy import ChangedField, ExitTest, OpportunityStage, is_slip


class OpportunityChangeRow(NamedTuple):
    """A change of stage, amount, close date or counselor; `skipped` are the tests that a move left unmet."""

    id: int
    at: datetime
    user_name: str | None
    field: ChangedField
    old: str
    new: str
    why: str | None
    skipped: list[ExitTest]
    is_slip: bool = False
    """Whether it moves the close date to a later day, or removes it."""


def list_changes(opportunity_id: int) -> list[OpportunityChangeRow]:
    """List the last 200 changes of an opportunity, newest first. The caller has checked that the reader may see it."""
    row = OpportunityChange
    stmt = (
        sa.select(row.id, row.at, User.name, row.field, row.old, row.new, row.why, row.skipped)
        .outerjoin(User, User.id == row.by_id)
        .where(row.opportunity_id == opportunity_id)
        .order_by(row.at.desc(), row.id.desc())
        .limit(200)
    )
    rows = fetch(stmt)
    ids = {int(x) for r in rows if r.field == ChangedField.counselor.value for x in (r.old, r.new) if x}
    users = dict(map(tuple, fetch(sa.select(User.id, User.name).where(User.id.in_(ids))))) if ids else {}
    return [
        OpportunityChangeRow(
            id=r.id,
            at=r.at,
            user_name=r.name,
            field=ChangedField(r.field),
            old=format_change_value(r.field, r.old, users),
            new=format_change_value(r.field, r.new, users),
            why=r.why,
            skipped=[ExitTest.from_code(code) for code in r.skipped or ()],
            is_slip=is_slip(r.field, r.old, r.new),
        )
        for r in rows
    ]


def format_change_value(field: str | ChangedField, value: str | None, users: Mapping[int, str]) -> str:
    """Return a value of a change as text; `users` are the names of counselors by id."""
    if not value:
        return ""
    match ChangedField(field):
        case ChangedField.stage:
            return str(OpportunityStage.from_code(value))
        case ChangedField.counselor:
            return users.get(int(value), "")
        case ChangedField.amount:
            currency, amount = value.split(" ")
            return formats.money(Decimal(amount), currency, short=False)
        case ChangedField.close:
            return formats.day(date.fromisoformat(value), full=True)
