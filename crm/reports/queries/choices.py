"""The reports that users chose for the dashboard and by email."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.policy import Actor
from crm.reports.models import ReportChoice
from crm.reports.policy import DASHBOARDS, EmailInterval


def load_choices(user_id: int | None) -> dict[str, ReportChoice]:
    """Return what a user chose, by report; empty for one who hasn't chosen."""
    return {
        row.report: row for row in db.session.scalars(sa.select(ReportChoice).where(ReportChoice.user_id == user_id))
    }


def list_dashboard(actor: Actor) -> list[str]:
    """Return the names of the reports on the actor's dashboard; without a choice those for the role."""
    choices = load_choices(actor.id)
    if not choices:
        return list(DASHBOARDS[actor.role])
    return [name for name, row in choices.items() if row.on_dashboard]


def list_subscriptions() -> list[tuple[int, EmailInterval, str]]:
    """Return user, interval and report of all reports that active users get by email."""
    stmt = (
        sa.select(ReportChoice.user_id, ReportChoice.email, ReportChoice.report)
        .join(User, User.id == ReportChoice.user_id)
        .where(User.active, ReportChoice.email != EmailInterval.none)
        .order_by(ReportChoice.user_id, ReportChoice.email, ReportChoice.report)
    )
    return [(user_id, interval, report) for user_id, interval, report in db.session.execute(stmt)]
