"""Add, change and close follow-ups."""

from . import reassignment as reassignment  # Registers what is reassigned when a user leaves.
from .complete import (
    drop,
    finish,
    note_no_answer,
    put_off,
    reassign_follow_up,
    reopen,
    repeat_of,
    set_cadence,
)
from .edit import about_of, add_follow_up, change_follow_up, link_record, set_due

__all__ = [
    "about_of",
    "add_follow_up",
    "change_follow_up",
    "drop",
    "finish",
    "link_record",
    "note_no_answer",
    "put_off",
    "reassign_follow_up",
    "reopen",
    "repeat_of",
    "set_cadence",
    "set_due",
]
