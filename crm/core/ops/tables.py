"""All tables of core: one import completes the metadata."""

from __future__ import annotations

from crm.core.data import history, identity, receipts, record, record_dates
from crm.core.lists import export_log
from crm.core.mail.outbox import models
from crm.core.search import search  # noqa: F401 - its listeners keep the search index

TABLES = (
    identity.Team,
    identity.User,
    identity.Membership,
    record.Record,
    record.RecordReader,
    record_dates.RecordDates,
    history.Batch,
    history.Change,
    receipts.Receipt,
    export_log.ExportLog,
    models.Mail,
)
