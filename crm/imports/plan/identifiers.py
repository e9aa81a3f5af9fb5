"""The identifiers that our own exports carry: a row with a known one is that record."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.record import Record, visible
from crm.core.policy import Actor

from .existing import chunked
from .line import RecordMatch


class UidIndex:
    """Identifiers of rows: whose they are, and which of them a new record may take."""

    def __init__(self, actor: Actor, kind: str, uids: Iterable[str]) -> None:
        self._matches: dict[str, RecordMatch] = {}
        self._used: set[str] = set()
        for part in chunked(sorted({uid.lower() for uid in uids if uid})):
            stmt = sa.select(Record.uid, Record.kind, Record.id, Record.label, Record.native_label, visible(actor))
            for uid, record_kind, record_id, label, native, is_visible in db.session.execute(
                stmt.where(Record.uid.in_(part))
            ):
                self._used.add(uid)
                if is_visible and record_kind == kind:
                    self._matches[uid] = RecordMatch(record_id, label or native)

    def match(self, uid: str) -> Sequence[RecordMatch]:
        """The visible record of this identifier."""
        match = self._matches.get(uid.lower())
        return [match] if match else []

    def new_uid_for(self, uid: str) -> str:
        """The row's own identifier where it is a proper one and free, else a new one."""
        try:
            plain = str(uuid.UUID(uid))
        except ValueError:
            return new_uid()
        if plain in self._used:
            return new_uid()
        self._used.add(plain)
        return plain


def collect_uids(rows: Iterable[Any]) -> list[str]:
    """The identifiers of rows."""
    return [row.uid for row in rows]
