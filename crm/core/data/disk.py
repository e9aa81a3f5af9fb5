"""Free space on the disks of records and files, and recognition of "disk full" errors."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from crm.core.words import _

LEAST_FREE = 100 * 1024 * 1024
"""Bytes. With less, /healthz reports the disk, so that there is time to free space before writing fails."""
PROBE = b"\0" * 4096
DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL_SQLSTATES = frozenset({"SQLITE_FULL", "53100"})
"""Codes of the drivers' errors: SQLite's "database or disk is full", PostgreSQL's `disk_full`."""


def is_disk_full(error: BaseException | None) -> bool:
    """Return whether an error of the file system or of a database driver means that the disk is full."""
    for one in _causes(error):
        if isinstance(one, OSError) and one.errno in DISK_FULL_ERRNOS:
            return True
        if {getattr(one, "sqlite_errorname", None), getattr(one, "sqlstate", None)} & DISK_FULL_SQLSTATES:
            return True
    return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, the errors that it wraps, and its causes."""
    while error is not None:
        yield error
        wrapped = getattr(error, "orig", None)
        error = wrapped if isinstance(wrapped, BaseException) else error.__cause__


def disk_problems(data_dir: str, database_url: str) -> list[str]:
    """Return sentences about the folders of files and of the SQLite database: disk full, nearly full, or not writable.

    They name settings instead of paths, because /healthz is public.
    """
    folders = {Path(data_dir): "CRM_DATA_DIR"}
    database = make_url(database_url)
    if database.get_backend_name() == "sqlite" and database.database not in (None, "", ":memory:"):
        folders.setdefault(Path(str(database.database)).parent, "CRM_DATABASE_URL")
    return [problem for folder, setting in folders.items() if (problem := _problem(folder, setting))]


def _problem(folder: Path, setting: str) -> str | None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _try_to_write(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        if is_disk_full(error):
            return _("Free up space: the %(setting)s disk is full and nothing can be saved.", setting=setting)
        why = error.strerror or type(error).__name__
        return _("Can't write to the %(setting)s folder: %(why)s.", setting=setting, why=why)
    if free >= LEAST_FREE:
        return None
    free_mb = free // (1024 * 1024)
    return _("Free up space: the %(setting)s disk has only %(left)s MB left.", setting=setting, left=free_mb)


def _try_to_write(folder: Path) -> None:
    """Write and delete a small file. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
        written = probe.write(PROBE)
        if written != len(PROBE):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
