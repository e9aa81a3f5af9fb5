"""Identifiers of records, as our own exports contain them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.data.base import db, new_uid
from crm.core.data.chunks import chunked
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome, RowChoice

from .line import ImportLine, ImportOptions, RecordMatch


class UidIndex:
    """The records with the identifiers of rows, and the identifiers that new records may take."""

    def __init__(self, actor: Actor, kind: str, uids: Iterable[str]) -> None:
        self._matches: dict[str, RecordMatch] = {}
        self._used: set[str] = set()
        self._archived: set[str] = set()
        own: Any = aliased(Record)
        # The identifier of a record that was merged is that of the one it was merged into.
        of_identifier = Record.id == sa.func.coalesce(own.merged_into_id, own.id)
        for part in chunked(sorted({uid.lower() for uid in uids if uid})):
            stmt = sa.select(own.uid, Record.id, Record.label, Record.native_label, Record.archived_at)
            is_match = sa.and_(visible(actor), Record.kind == kind)
            stmt = stmt.add_columns(is_match.label("is_match")).join(Record, of_identifier).where(own.uid.in_(part))
            for row in db.session.execute(stmt):
                self._used.add(row.uid)
                if row.is_match:
                    self._matches[row.uid] = RecordMatch(row.id, row.label or row.native_label)
                if row.is_match and row.archived_at is not None:
                    self._archived.add(row.uid)

    def match(self, uid: str) -> Sequence[RecordMatch]:
        """Return the visible record with this identifier, as a list of one or none."""
        match = self._matches.get(uid.lower())
        return [match] if match else []

    def skip_archived(self, line: ImportLine, uid: str) -> None:
        """Skip a row whose identifier is that of an archived record, and say so."""
        if uid.lower() in self._archived:
            line.outcome, line.matches = LineOutcome.skipped, ()
            name = self._matches[uid.lower()].label
            line.reason = _("“%(name)s” is archived. Restore it, then import this row again.", name=name)

    def new_uid_for(self, uid: str) -> str:
        """Return the row's identifier if it is a valid UUID and not in use, else a new one."""
        if not uid:
            return new_uid()
        try:
            plain = str(uuid.UUID(uid))
        except ValueError:
            return new_uid()
        if plain in self._used:
            return new_uid()
        self._used.add(plain)
        return plain


def decide_by_row(line: ImportLine, row: Any, options: ImportOptions, ids: UidIndex) -> bool:
    """Decide a row whose values don't matter: it is refused, left out by the user, or imported already.

    Return whether it is one of these.
    """
    if row.is_refused:
        line.outcome = LineOutcome.error
    elif options.choices.get(row.line) == RowChoice.skip.value:
        line.outcome, line.reason = LineOutcome.skipped, _("You skipped this row")
    elif matches := ids.match(row.uid):
        line.outcome, line.record_id, line.reason = LineOutcome.unchanged, matches[0].id, _("Already exists")
    else:
        return False
    return True


def collect_uids(rows: Iterable[Any]) -> list[str]:
    """Return the identifiers of rows."""
    return [row.uid for row in rows]
