"""Terms of officers at U.S. posts: whether they last on a day, and when they end."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from .models import PostHolder

TERM_ENDS_ON = sa.func.coalesce(PostHolder.to_on, PostHolder.expected_end_on)
"""The end of a term; the day that is known instead of the expected one, such as before a successor who begins later."""


def is_current_holder(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a term hasn't ended by a day, a date or a parameter; it ends on its end date."""
    return sa.or_(PostHolder.to_on.is_(None), PostHolder.to_on > day)


def is_in_term(from_on: date | None, to_on: date | None, today: date) -> bool:
    """Return whether a term has begun and hasn't ended."""
    return not has_ended(to_on, today) and (from_on is None or from_on <= today)


def has_ended(to_on: date | None, today: date) -> bool:
    """Return whether a term with this end date has ended."""
    return to_on is not None and to_on <= today
