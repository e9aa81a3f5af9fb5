"""Add, change and move opportunities, and mark their exit tests."""

from __future__ import annotations

from . import dependents  # noqa: F401 - registers hooks
from .moves import mark_exit_test, move_opportunity
from .opportunities import add_opportunity, change_opportunity, quarter_end

__all__ = [
    "add_opportunity",
    "change_opportunity",
    "mark_exit_test",
    "move_opportunity",
    "quarter_end",
]
