"""Queries of imports."""

from .runs import (
    ImportReport,
    build_report,
    find_language,
    get_run,
    list_import_teams,
    list_interrupted_runs,
    list_runs,
    list_waiting_archives,
    list_waiting_runs,
    load_mapping,
    load_options,
    load_run_actor,
    parse_options,
    report_csv,
)
from .undoing import find_open_records, find_run_id, list_edited_records, list_later_edits, may_be_undone
