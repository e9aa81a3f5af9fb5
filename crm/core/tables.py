"""Every table of core, so that one import makes the metadata whole."""

from __future__ import annotations

from . import (
    audit,
    export,
    find,  # noqa: F401 - its listeners keep the search index
    identity,
    receipts,
    record,
    record_dates,
)
from .outbox import models

TABLES = (
    identity.Team,
    identity.User,
    identity.Membership,
    record.Record,
    record.RecordReader,
    record_dates.RecordDates,
    audit.Batch,
    audit.Change,
    receipts.Receipt,
    export.ExportLog,
    models.Mail,
)
