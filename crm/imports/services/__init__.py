"""Bring a file along, look what it would do, confirm it, write it."""

from .runs import Wanted, change_run, drop_run, forget_file, start_run
from .writing import confirm_run, import_at_once, write_run

__all__ = ["Wanted", "change_run", "confirm_run", "drop_run", "forget_file", "import_at_once", "start_run", "write_run"]
