"""Make follow-ups and settle them."""

from . import leaving as leaving  # says what passes on when somebody leaves
from .make import about_of, add_follow_up, change_follow_up, set_due
from .settle import (
    drop,
    finish,
    note_no_answer,
    open_again,
    put_off,
    reassign_follow_up,
    repeat_of,
    set_cadence,
    undo_values,
)

__all__ = [
    "about_of",
    "add_follow_up",
    "change_follow_up",
    "drop",
    "finish",
    "note_no_answer",
    "open_again",
    "put_off",
    "reassign_follow_up",
    "repeat_of",
    "set_cadence",
    "set_due",
    "undo_values",
]
