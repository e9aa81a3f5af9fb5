"""Services of imports: store a file, preview it, confirm it, write it."""

from .report import PreviewSnapshot
from .runs import (
    AlreadyConfirmed,
    RunSettings,
    change_run,
    delete_import_file,
    discard_run,
    load_preview,
    preview_file,
    start_import,
    store_import_file,
)
from .slices import ImportStopped, LeaseLost, recover_run, write_in_slices
from .writing import confirm_run, replan_lines, write_lines, write_run

__all__ = [
    "AlreadyConfirmed",
    "ImportStopped",
    "LeaseLost",
    "PreviewSnapshot",
    "RunSettings",
    "change_run",
    "confirm_run",
    "delete_import_file",
    "discard_run",
    "load_preview",
    "preview_file",
    "recover_run",
    "replan_lines",
    "start_import",
    "store_import_file",
    "write_in_slices",
    "write_lines",
    "write_run",
]
