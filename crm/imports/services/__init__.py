"""Bring a file along, look what it would do, confirm it, write it."""

from .runs import Wanted, change_run, drop_run, forget_file, look_ahead, start_run
from .writing import confirm_run, import_at_once, plan_ahead, write_run

__all__ = [
    "Wanted",
    "change_run",
    "confirm_run",
    "drop_run",
    "forget_file",
    "import_at_once",
    "look_ahead",
    "plan_ahead",
    "start_run",
    "write_run",
]
