"""Hooks: functions of features that core calls. Each list describes when it is called; hooks run in list order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from crm.core.lists.export import ExportLog

EXPORTED: list[Callable[[Session, ExportLog], None]] = []
"""Called when the file of a list or report was sent, in the transaction that logs the export."""

CONFIDENTIAL_OPENED: list[Callable[[int], None]] = []
"""Called with the id of a confidential record that was loaded for a user with access, once for each load."""

CHANNEL_CHANGED: list[Callable[[Session, str | None], None]] = []
"""Called when email was paused (with the reason) or resumed (None), in the same transaction."""

RECORDS_INSERTED: list[Callable[[Connection, Sequence[dict[str, Any]]], None]] = []
"""Called after a bulk insert of records with their rows of the table `record`, in the same transaction."""
