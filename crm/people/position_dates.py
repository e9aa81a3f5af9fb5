"""Dates of positions and of agreements of China reps: the end date is the last day.

The term of an officer at a U.S. post is different: it ends on its end date, when the successor begins (`post_terms`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from .models import Affiliation


def lasts_within(first: Any, last: Any) -> sa.ColumnElement[bool]:
    """Return the condition that people had a position on some of these days; dates, columns or parameters."""
    has_begun = sa.or_(Affiliation.from_on.is_(None), Affiliation.from_on <= last)
    return sa.and_(has_begun, sa.or_(Affiliation.to_on.is_(None), Affiliation.to_on >= first))


def is_over(to_on: date | None, today: date) -> bool:
    """Return whether a position or an agreement with this end date is over."""
    return to_on is not None and to_on < today
