"""Bring a file along, look what it would do, confirm it, write it."""

from .report import PreviewSnapshot
from .runs import (
    AlreadyConfirmed,
    RunSettings,
    change_run,
    delete_import_file,
    drop_run,
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
    "PreviewSnapshot",
    "RunSettings",
    "Stopped",
    "change_run",
    "confirm_run",
    "current_lines",
    "delete_import_file",
    "drop_run",
    "look_ahead",
    "preview_of",
    "recover",
    "start_run",
    "take_file",
    "write_lines",
    "write_long",
    "write_run",
]
