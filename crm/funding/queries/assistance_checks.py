"""What to check in assistance: for some of it, as a condition, and counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, db, fetch
from crm.core.policy import Actor
from crm.funding.models import Assistance, Award, CountedAssistance, FiledReport
from crm.funding.policy.assistance import FINISHED, HUNDRED_PERCENT, ROUNDING, AssistanceFacts, AssistanceIssue
from crm.funding.policy.step import WITHOUT_REPORT

from .assistance import CLIENT, select_assistance

PARTS: Any = Assistance.__table__
TERMS = (Award.match_percent, Award.from_on, Award.to_on)
CHECKED_AWARD: Any = alias(Award, "checked_award")


def list_checked(client_id: int) -> Sequence[Any]:
    """List the assistance of a client for reading, the latest first.

    Each with the terms of its award, and the days of the latest client report that counts it: `first` and `last`.
    """
    counted = sa.select(sa.func.max(CountedAssistance.report_id))
    report_id = counted.where(CountedAssistance.assistance_id == PARTS.c.id).scalar_subquery()
    stmt = (
        sa.select(PARTS, *TERMS, FiledReport.first, FiledReport.last)
        .outerjoin(Award, Award.id == PARTS.c.award_id)
        .outerjoin(FiledReport, FiledReport.id == report_id)
    )
    return fetch(stmt.where(PARTS.c.client_id == client_id).order_by(PARTS.c.on.desc(), PARTS.c.id.desc()))


def facts_of(row: Any) -> AssistanceFacts:
    """Return what is checked in a row of `list_checked`."""
    return AssistanceFacts(*(getattr(row, name) for name in AssistanceFacts._fields))


def load_facts(ids: Collection[int]) -> dict[int, AssistanceFacts]:
    """Return what is checked in assistance, by id."""
    stmt = sa.select(PARTS, *TERMS).outerjoin(Award, Award.id == PARTS.c.award_id).where(PARTS.c.id.in_(ids))
    return {row.id: facts_of(row) for row in fetch(stmt)}


def is_issue(issue: AssistanceIssue, today: date) -> sa.ColumnElement[bool]:
    """Return the condition of assistance with an issue, as `find_issues` has it."""
    A, award = Assistance, CHECKED_AWARD  # noqa: N806 - read a dozen times below
    # `AssistanceFacts.required_match` without its division: the share of the award times the match that is missing.
    award_percent = HUNDRED_PERCENT - award.match_percent
    missing = A.spent * award.match_percent - sa.func.coalesce(A.match, Decimal(0)) * award_percent
    conditions: dict[AssistanceIssue, Callable[[], sa.ColumnElement[bool]]] = {
        AssistanceIssue.overspent: lambda: A.spent > A.approved,
        AssistanceIssue.low_match: lambda: sa.and_(
            sa.or_(A.match.is_not(None), A.state.in_(FINISHED)),
            _has_award(missing > award_percent * ROUNDING, award_percent > 0),
        ),
        AssistanceIssue.outside_award: lambda: _has_award(sa.or_(A.on < award.from_on, A.on > award.to_on)),
        AssistanceIssue.report_overdue: lambda: sa.and_(A.report_due_on < today, A.report_received_on.is_(None)),
    }
    return sa.and_(A.state.not_in(WITHOUT_REPORT), conditions[issue]())


def _has_award(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    award = CHECKED_AWARD
    return sa.exists().where(award.id == Assistance.award_id, *conditions).correlate_except(award)


def is_any_issue(today: date) -> sa.ColumnElement[bool]:
    """Return the condition of assistance with an issue of any kind."""
    return sa.or_(*(is_issue(issue, today) for issue in AssistanceIssue))


def count_issues(actor: Actor, team_id: int | None, today: date) -> dict[AssistanceIssue, int]:
    """Count the assistance with each issue; `team_id` None counts that of all visible teams."""
    stmt = select_assistance(actor)
    if team_id is not None:
        stmt = stmt.where(CLIENT.team_id == team_id)
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((is_issue(issue, today), 1), else_=0)), 0) for issue in AssistanceIssue
    ]
    row = db.session.execute(stmt.with_only_columns(*sums)).one()
    return {issue: int(count) for issue, count in zip(AssistanceIssue, row, strict=True)}
