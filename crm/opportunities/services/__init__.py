"""Make, change and move cases, and settle their exit tests."""

from __future__ import annotations

from . import following  # noqa: F401 - it registers itself
from .cases import add_opportunity, change_opportunity, quarter_end
from .moves import UNDO_MINUTES, mark_exit_test, move_opportunity, undo_move

__all__ = [
    "UNDO_MINUTES",
    "add_opportunity",
    "change_opportunity",
    "mark_exit_test",
    "move_opportunity",
    "quarter_end",
    "undo_move",
]
