"""The newest files of several records, for timelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, fetch
from crm.core.data.identity import User
from crm.core.data.page_positions import PagePosition, is_older
from crm.core.data.record import Record

from .models import Attachment


class NewFileRow(NamedTuple):
    """A file that was added to a record; `by` is the name of the user who added it."""

    id: int
    at: datetime
    name: str
    by: str | None
    record_id: int
    kind: str
    label: str
    native_label: str


def list_new_files(
    record_ids: Sequence[int], before: PagePosition | None = None, text: str = "", limit: int = 200
) -> list[NewFileRow]:
    """List the newest files of records after a position. The caller has checked that the reader may see the records.

    `text` must be in the name of the file.
    """
    return read_new_files(_files_of_any(), before, text, {"ids": list(record_ids), "limit": limit})


def read_new_files(stmt: Select, before: PagePosition | None, text: str, values: dict[str, Any]) -> list[NewFileRow]:
    """Return the rows of a statement of `select_new_files` after a position; `values` are its parameters."""
    if before is not None:
        stmt = stmt.where(is_older(Attachment.at, Attachment.id, before))
    if text:
        stmt = stmt.where(Attachment.name.icontains(text, autoescape=True))
    return [NewFileRow(*row) for row in fetch(stmt, values)]


def select_new_files() -> Select:
    """Return the statement of the newest files joined to their records (`Record`), `limit` of them."""
    f = Attachment
    return (
        sa.select(f.id, f.at, f.name, User.name, f.record_id, Record.kind, Record.label, Record.native_label)
        .join(Record, Record.id == f.record_id)
        .outerjoin(User, User.id == f.by_id)
        .order_by(f.at.desc(), f.id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


@cache
def _files_of_any() -> Select:
    return select_new_files().where(Attachment.record_id.in_(sa.bindparam("ids", expanding=True)))
