"""The likeliest results, which a limit on the matches of a frequent word could miss: by beginning, and those nearby."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.policy import Actor
from crm.core.search.engines import beginning_values, beginnings
from crm.core.search.index import RECORD
from crm.core.search.ranking import SearchResult


def select_results(viewer: AccessProfile) -> sa.Select[Any]:
    """Return the columns of search results, of the records that the viewer may see."""
    archived = Record.archived_at.is_not(None).label("archived")
    met_at = (
        sa.select(RecordDates.last_interaction_at)
        .where(RecordDates.record_id == Record.id, RecordDates.team_key == 0)
        .scalar_subquery()
    )
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, archived, met_at.label("met_at")]
    return sa.select(*columns).where(visible(viewer))


def by_id(rows: Sequence[Any]) -> dict[int, SearchResult]:
    """Return the rows of `select_results` by id."""
    return {row.id: SearchResult(*row) for row in rows}


def find_beginning(actor: Actor, text: str, kinds: tuple[str, ...], limit: int) -> dict[int, SearchResult]:
    """Return records whose label begins with a text."""
    key = names.sort_key(text)
    if not text.isascii() or not key or key.startswith("~"):
        return {}
    return by_id(_select_beginning(actor, kinds, limit, key=key, key_end=key + "~"))


@cached_query
def _select_beginning(viewer: AccessProfile, kinds: tuple[str, ...], limit: int) -> Select:
    """Return records whose sort key begins with the text: the likeliest, which a cap on the matches could miss.

    Each kind is read in the order of its index, and the condition of access is wrapped so that no planner starts from
    it: otherwise every record that begins so is read and sorted.
    """
    begins = sa.and_(RECORD.c.sort_key >= sa.bindparam("key"), RECORD.c.sort_key < sa.bindparam("key_end"))
    is_visible = sa.func.coalesce(visible(viewer), sa.false())
    rows = sa.select(RECORD.c.id, RECORD.c.sort_key).where(begins, RECORD.c.archived_at.is_(None), is_visible)
    rows = rows.order_by(RECORD.c.sort_key).limit(limit)
    first = sa.union_all(*(sa.select(rows.where(RECORD.c.kind == kind).subquery()) for kind in kinds)).subquery()
    ids = sa.select(first.c.id).order_by(first.c.sort_key).limit(limit)
    return select_results(viewer).where(Record.id.in_(ids))


def find_near(actor: Actor, words: Sequence[str], kinds: tuple[str, ...], near: Select) -> dict[int, SearchResult]:
    """Return the records that match among the few ids of `near`."""
    return by_id(_select_near(actor, kinds, len(words), near, **beginning_values(words)))


@cached_query
def _select_near(viewer: AccessProfile, kinds: tuple[str, ...], words: int, near: Select) -> Select:
    """Return which of a few records match; read one by one, because an index would start with the popular word."""
    few = near.distinct().cte().prefix_with("MATERIALIZED")
    return select_results(viewer).join(few, few.c[0] == Record.id).where(Record.kind.in_(kinds), *beginnings(words))
