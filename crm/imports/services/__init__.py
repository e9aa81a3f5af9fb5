"""Services of imports: store a file, preview it, confirm it, write it."""

from .archives import delete_old_archives, request_archive, write_archive
from .batch_records import count_batch_records
from .lease import ImportStopped, LeaseLost
from .people_files import read_people_file
from .report import PreviewSnapshot
from .revert_runs import request_revert, revert_in_slices
from .runs import (
    AlreadyConfirmed,
    RunSettings,
    change_run,
    delete_import_file,
    discard_run,
    load_preview,
    load_source,
    preview_file,
    start_import,
    store_import_file,
)
from .slices import recover_run, write_in_slices
from .writing import confirm_run, replan_lines, write_lines, write_run

__all__ = [
    "AlreadyConfirmed",
    "ImportStopped",
    "LeaseLost",
    "PreviewSnapshot",
    "RunSettings",
    "change_run",
    "confirm_run",
    "count_batch_records",
    "delete_import_file",
    "delete_old_archives",
    "discard_run",
    "load_preview",
    "load_source",
    "preview_file",
    "read_people_file",
    "recover_run",
    "replan_lines",
    "request_archive",
    "request_revert",
    "revert_in_slices",
    "start_import",
    "store_import_file",
    "write_archive",
    "write_in_slices",
    "write_lines",
    "write_run",
]
