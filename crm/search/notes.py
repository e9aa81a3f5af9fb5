"""Interactions and follow-ups that a text finds by their subject, people, place or notes, newest first."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for

from crm import names
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.engines import on_sqlite
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.search.engines import beginning_values
from crm.core.search.frequent import FrequentWords, frequent_word_values
from crm.core.search.index import RECORD
from crm.core.search.newest import select_newest
from crm.core.search.query_words import build_group_query, build_match_query, split_letters
from crm.core.words import join_facts
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction

from .queries import Hit

KINDS = ("interaction", "followup")
MAX_NOTES = 5
MIN_LETTERS = 3
"""Shorter Latin words are beginnings of names: too many interactions match them."""
MAX_FREQUENT = 3
"""How many words may be frequent ones."""
EXCERPT_CHARS = 80


def find_notes(actor: Actor, text: str) -> list[Hit]:
    """Return the newest interactions and follow-ups that match and aren't archived, at most five.

    Those with the whole words come before those with words that begin so.
    """
    words = names.query_tokens(text)
    if not words or all(word.isascii() and len(word) < MIN_LETTERS for word in words):
        return []
    longer, letters = split_letters(words)
    values = {"exact_query": build_group_query([[w] for w in words]), "match_query": build_match_query(longer)}
    values |= beginning_values(letters)
    # Many words together are rare.
    may_be_frequent = [] if on_sqlite() or len(longer) > MAX_FREQUENT else longer
    values |= frequent_word_values(may_be_frequent)
    rows = _select_newest(actor, on_sqlite(), len(may_be_frequent), len(letters), **values)
    return [_build_hit(row, text) for row in rows]


@cached_query
def _select_newest(viewer: AccessProfile, sqlite: bool, frequent_words: int, letters: int) -> Select:  # noqa: FBT001
    allowed = (RECORD.c.archived_at.is_(None), visible(viewer, RECORD.c))
    frequent = FrequentWords(KINDS, frequent_words, letters) if frequent_words else None
    newest = [
        select_newest(kind, MAX_NOTES, *allowed, sqlite=sqlite, letters=letters, frequent=frequent) for kind in KINDS
    ]
    ids = sa.union(*map(sa.select, newest)).subquery()
    interaction, followup = Interaction.__table__, FollowUp.__table__
    return (
        sa.select(Record.id, Record.kind, Record.label, interaction.c.at, followup.c.due_on, interaction.c.notes)
        .join(ids, ids.c.id == Record.id)
        .outerjoin(interaction, interaction.c.id == Record.id)
        .outerjoin(followup, followup.c.id == Record.id)
        .order_by(Record.id.desc())
        .limit(MAX_NOTES)
    )


def _build_hit(row: Any, text: str) -> Hit:
    day = formats.day(row.at or row.due_on)
    hint = join_facts((day, find_excerpt(row.notes or "", text)))
    icon = "log" if row.kind == "interaction" else "followup"
    return Hit(row.id, row.kind, row.label, "", hint, url_for(f"desk.{row.kind}", id=row.id), "", "", icon)


def find_excerpt(notes: str, text: str) -> str:
    """Return the words of notes around the first word of a text; "" if the notes don't have it as typed."""
    word = next(iter(text.split()), "")
    start = notes.lower().find(word.lower())
    if not word or start < 0:
        return ""
    begin = max(0, start - EXCERPT_CHARS // 3)
    excerpt = " ".join(notes[begin : begin + EXCERPT_CHARS].split())
    return f"{'…' if begin else ''}{excerpt}{'…' if begin + EXCERPT_CHARS < len(notes) else ''}"
