"""Make, change and move cases, and settle their exit tests."""

from __future__ import annotations

from . import dependents  # noqa: F401 - it registers itself
from .moves import UNDO_MINUTES, mark_exit_test, move_opportunity, undo_move
from .opportunities import add_opportunity, change_opportunity, quarter_end

__all__ = [
    "UNDO_MINUTES",
    "add_opportunity",
    "change_opportunity",
    "mark_exit_test",
    "move_opportunity",
    "quarter_end",
    "undo_move",
]
