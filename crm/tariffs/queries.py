"""Queries of tariff notes; everyone may read them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, db, fetch
from crm.core.data.identity import User
from crm.core.errors import NotFound

from .models import TariffNote
from .policy import list_prefixes

MAX_NOTES = 10


class TariffNoteRow(NamedTuple):
    """A note as a record's page shows it; `author` is the name of the user who wrote it."""

    id: int
    hs: str
    country: str | None
    text: str
    source: str
    noted_on: date
    valid_until: date | None
    author: str | None


def get_note(note_id: int) -> TariffNote:
    """Return a note, archived or not. Raises NotFound."""
    row = db.session.get(TariffNote, note_id)
    if row is None:
        raise NotFound
    return row


def find_author(row: TariffNote) -> str:
    """Return the name of the user who wrote a note; "" if it was no user."""
    return (db.session.scalar(sa.select(User.name).where(User.id == row.author_id)) or "") if row.author_id else ""


def list_notes(codes: Collection[str], country: str | None = None) -> list[TariffNoteRow]:
    """List the notes on codes of six digits: the most specific codes first, then the newest; at most MAX_NOTES + 1.

    With `country`, only its notes and those for all countries; without it, the notes of each country.
    """
    prefixes = {prefix for code in codes for prefix in list_prefixes(code)}
    stmt = _notes().where(TariffNote.hs.in_(prefixes), TariffNote.archived_at.is_(None))
    if country:
        stmt = stmt.where(sa.or_(TariffNote.country.is_(None), TariffNote.country == country))
    order = (sa.func.length(TariffNote.hs).desc(), TariffNote.noted_on.desc(), TariffNote.id.desc())
    return [TariffNoteRow._make(row) for row in fetch(stmt.order_by(*order).limit(MAX_NOTES + 1))]


def _notes() -> Select:
    T = TariffNote  # noqa: N806 - read a dozen times below
    columns = (T.id, T.hs, T.country, T.text, T.source, T.noted_on, T.valid_until, User.name)
    return sa.select(*columns).outerjoin(User, User.id == T.author_id)
