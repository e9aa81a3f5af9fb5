"""The identifiers that our own exports carry: a row with a known one is that record."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.record import Record, visible
from crm.core.policy import Actor

from .existing import in_parts
from .line import Match


class Identifiers:
    """Identifiers of rows: whose they are, and which of them a new record may take."""

    def __init__(self, actor: Actor, kind: str, uids: Iterable[str]) -> None:
        self._matches: dict[str, Match] = {}
        self._taken: set[str] = set()
        for part in in_parts(sorted({uid.lower() for uid in uids if uid})):
            stmt = sa.select(Record.uid, Record.kind, Record.id, Record.label, Record.native_label, visible(actor))
            for uid, held, record_id, label, native, seen in db.session.execute(stmt.where(Record.uid.in_(part))):
                self._taken.add(uid)
                if seen and held == kind:
                    self._matches[uid] = Match(record_id, label or native)

    def match(self, uid: str) -> Sequence[Match]:
        """The visible record of this identifier."""
        found = self._matches.get(uid.lower())
        return [found] if found else []

    def fresh(self, uid: str) -> str:
        """The row's own identifier where it is a proper one and free, else a new one."""
        try:
            plain = str(uuid.UUID(uid))
        except ValueError:
            return new_uid()
        if plain in self._taken:
            return new_uid()
        self._taken.add(plain)
        return plain


def uids_of(rows: Iterable[Any]) -> list[str]:
    """The identifiers of rows."""
    return [row.uid for row in rows]
