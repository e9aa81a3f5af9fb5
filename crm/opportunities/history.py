"""The changes of an opportunity as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, fetch
from crm.core.data.identity import User
from crm.core.data.page_positions import PagePosition, is_older
from crm.core.data.record import Record
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


class StageMoveRow(NamedTuple):
    """A move of an opportunity to another stage; `old` is None for its first one."""

    id: int
    at: datetime
    opportunity_id: int
    label: str
    user_name: str | None
    old: OpportunityStage | None
    new: OpportunityStage
    why: str | None


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
    counselors = [r for r in rows if ChangedField.of_code(r.field) is ChangedField.counselor]
    ids = {int(x) for r in counselors for x in (r.old, r.new) if x}
    users = dict(map(tuple, fetch(sa.select(User.id, User.name).where(User.id.in_(ids))))) if ids else {}
    return [
        OpportunityChangeRow(
            id=r.id,
            at=r.at,
            user_name=r.name,
            field=ChangedField.of_code(r.field),
            old=format_change_value(r.field, r.old, users),
            new=format_change_value(r.field, r.new, users),
            why=r.why,
            skipped=[ExitTest.from_code(code) for code in r.skipped or ()],
            is_slip=is_slip(r.field, r.old, r.new),
        )
        for r in rows
    ]


def list_stage_moves(
    opportunity_ids: Sequence[int], before: PagePosition | None = None, text: str = "", limit: int = 200
) -> list[StageMoveRow]:
    """List the newest moves of opportunities after a position. The caller has checked that the reader may see these.

    `text` must be in the title of the opportunity, the reason, or the name of the new stage.
    """
    if not opportunity_ids:
        return []
    row, stmt = OpportunityChange, _stage_moves()
    if before is not None:
        stmt = stmt.where(is_older(row.at, row.id, before))
    if text:
        stages = [stage.value for stage in OpportunityStage if text.casefold() in str(stage).casefold()]
        texts = (x.icontains(text, autoescape=True) for x in (Record.label, row.why))
        stmt = stmt.where(sa.or_(*texts, row.new.in_(stages)))
    return [
        StageMoveRow(
            id=r.id,
            at=r.at,
            opportunity_id=r.opportunity_id,
            label=r.label,
            user_name=r.name,
            old=OpportunityStage.from_code(r.old) if r.old else None,
            new=OpportunityStage.from_code(r.new),
            why=r.why,
        )
        for r in fetch(stmt, {"ids": list(opportunity_ids), "limit": limit})
    ]


@cache
def _stage_moves() -> Select:
    row, codes = OpportunityChange, (ChangedField.stage.value, ChangedField.stage.undone_code)
    return (
        sa.select(row.id, row.at, row.opportunity_id, Record.label, User.name, row.old, row.new, row.why)
        .join(Record, Record.id == row.opportunity_id)
        .outerjoin(User, User.id == row.by_id)
        .where(row.opportunity_id.in_(sa.bindparam("ids", expanding=True)), row.field.in_(codes))
        .order_by(row.at.desc(), row.id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


def format_change_value(field: str | ChangedField, value: str | None, users: Mapping[int, str]) -> str:
    """Return a value of a change as text; `users` are the names of counselors by id."""
    if not value:
        return ""
    match field if isinstance(field, ChangedField) else ChangedField.of_code(field):
        case ChangedField.stage:
            return str(OpportunityStage.from_code(value))
        case ChangedField.counselor:
            return users.get(int(value), "")
        case ChangedField.amount:
            currency, amount = value.split(" ")
            return formats.money(Decimal(amount), currency, short=False)
        case ChangedField.close:
            return formats.day(date.fromisoformat(value), full=True)
