"""Helpers shared by the tests of this directory."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.records.models import ContactPoint


def points() -> list[tuple[str, str, str]]:
    stmt = sa.select(ContactPoint.medium, ContactPoint.label, ContactPoint.raw).order_by(ContactPoint.id)
    return [(medium.value, label.value, raw) for medium, label, raw in db.session.execute(stmt)]
