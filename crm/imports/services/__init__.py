"""Services of imports: store a file, preview it, confirm it, write it."""

from . import people_files  # registers itself
from .archives import delete_old_archives, request_archive, write_archive
from .batch_records import count_batch_records
from .lease import ImportStopped, LeaseLost
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
)
from .slices import recover_run, write_in_slices
from .writing import confirm_run, replan_lines, write_lines, write_run
