"""Helpers of the tests of computed matches."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.matching.models import MatchProgress, ProductMatch
from crm.projects.models import Need
from crm.projects.services import save_need

DEFERRED_ON = date(1900, 1, 1)
"""The day that marks records whose matches the job computes."""


def copy_need(actor, need: Need) -> Need:
    """Return another need with the same words and codes."""
    return save_need(actor("anna"), {"title": need.title, "hs6": need.hs6, "project_id": need.project_id})


def progress(record_id: int, day: date) -> None:
    """Set the day for which the matches of a record were computed."""
    stmt = sa.update(MatchProgress).where(MatchProgress.record_id == record_id)
    db.session.execute(stmt.values(refreshed_on=day))


def set_points(points: int) -> None:
    """Set the points of all matches, so that a new computation is noticed."""
    db.session.execute(sa.update(ProductMatch).values(points=points))
