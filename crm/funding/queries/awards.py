"""Awards with their reports and goals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.errors import NotFound
from crm.funding.models import Award, AwardGoal, AwardReport
from crm.reference.models import Funder


def get_award(award_id: int) -> Award:
    """Return an award. Raises NotFound."""
    row = db.session.get(Award, award_id)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class AwardRow:
    """An award with the name of its funder, and its next report that wasn't sent."""

    award: Award
    funder: str
    report: AwardReport | None


def list_awards() -> list[AwardRow]:
    """List all awards, the latest first, in two statements."""
    stmt = sa.select(Award, Funder.name).join(Funder, Funder.id == Award.funder_id)
    rows = db.session.execute(stmt.order_by(Award.from_on.desc(), Award.id.desc())).all()
    open_reports = sa.select(AwardReport).where(AwardReport.sent_on.is_(None)).order_by(AwardReport.due_on.desc())
    reports = {x.award_id: x for x in db.session.scalars(open_reports)}
    return [AwardRow(award, funder, reports.get(award.id)) for award, funder in rows]


def find_funder_name(funder_id: int) -> str:
    """Return the name of a funder."""
    return db.session.scalar(sa.select(Funder.name).where(Funder.id == funder_id)) or ""


def list_reports(award_id: int) -> list[AwardReport]:
    """List the reports of an award by due date."""
    stmt = sa.select(AwardReport).where(AwardReport.award_id == award_id)
    return list(db.session.scalars(stmt.order_by(AwardReport.due_on, AwardReport.id)))


def list_goals(award_id: int) -> list[AwardGoal]:
    """List the goals of an award."""
    return list(db.session.scalars(sa.select(AwardGoal).where(AwardGoal.award_id == award_id).order_by(AwardGoal.id)))


def award_choices() -> list[tuple[int, str]]:
    """Return id, funder and number of all awards, the latest first."""
    stmt = sa.select(Award.id, Funder.name, Award.number).join(Funder, Funder.id == Award.funder_id)
    return [(i, f"{name} {number}") for i, name, number in db.session.execute(stmt.order_by(Award.from_on.desc()))]


class StartedAward(NamedTuple):
    """An award that has begun: its funder and number as a name, and its days."""

    id: int
    name: str
    from_on: date
    to_on: date


def list_started_awards(today: date) -> list[StartedAward]:
    """Return the awards that have begun, the latest first; also those that are over."""
    stmt = sa.select(Award.id, Funder.name, Award.number, Award.from_on, Award.to_on)
    stmt = stmt.join(Funder, Funder.id == Award.funder_id).where(Award.from_on <= today)
    rows = fetch(stmt.order_by(Award.from_on.desc(), Award.id))
    return [StartedAward(i, f"{name} {number}", first, last) for i, name, number, first, last in rows]
