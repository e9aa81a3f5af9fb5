"""Addresses and rows of custom reports."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.reports.models import CustomReport

BUILD = "/reports/custom/build/opportunities"


def saved_report(web, **values) -> CustomReport:
    """Save a report through its form and return it."""
    data = {"kind": "opportunities", "query": "by=stage", "name": "By stage", "team_id": ""} | values
    answer = web.post("/reports/custom/new", data=data)
    assert answer.status_code == 303, answer.text
    return db.session.scalars(sa.select(CustomReport).order_by(CustomReport.id.desc())).first()


def actor_team(user_id: int) -> int:
    """Return the first team of a user."""
    return db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == user_id)).first()
