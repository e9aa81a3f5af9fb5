"""Bring a file along, look what it would do, confirm it, write it."""

from .report import Seen
from .runs import (
    AlreadyConfirmed,
    Wanted,
    change_run,
    drop_run,
    forget_file,
    look_ahead,
    preview_of,
    start_run,
    take_file,
)
from .slices import LostLease, Stopped, recover, write_long
from .writing import confirm_run, current_lines, write_lines, write_run

__all__ = [
    "AlreadyConfirmed",
    "LostLease",
    "Seen",
    "Stopped",
    "Wanted",
    "change_run",
    "confirm_run",
    "current_lines",
    "drop_run",
    "forget_file",
    "look_ahead",
    "preview_of",
    "recover",
    "start_run",
    "take_file",
    "write_lines",
    "write_long",
    "write_run",
]
