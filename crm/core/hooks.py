"""Hooks: functions of features that core calls. Each list describes when it is called; hooks run in list order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from crm.core.lists.export import ExportLog

EXPORTED: list[Callable[[Session, ExportLog], None]] = []
"""A file of a list or report has left: called in the transaction that writes its line in the export log."""

CONFIDENTIAL_OPENED: list[Callable[[int], None]] = []
"""A confidential record was loaded for somebody who may see it: called with its id, once for each load."""

CHANNEL_CHANGED: list[Callable[[Session, str | None], None]] = []
"""Outgoing mail was paused (with the reason) or resumed (None): called in the transaction that does it."""

RECORDS_INSERTED: list[Callable[[Connection, Sequence[dict[str, Any]]], None]] = []
"""Records were inserted in bulk: called with their rows of the table `record`, in the same transaction."""
