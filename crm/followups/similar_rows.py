"""The question whether new follow-ups of a form are the same as open ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask import g

from crm.core import clock
from crm.core.words import _

from .enums import FollowUpSide
from .policy import FollowUpFacts
from .queries import FollowUpRow, find_similar


def mark_similar(
    rows: Iterable[Any], about: Iterable[tuple[str, int]], *, uid: str | None, closing: Collection[int] = ()
) -> list[FollowUpRow]:
    """Set an error on the title of each new follow-up that seems to be an open one; return the open ones.

    `rows` have the fields title and due_on, and side unless we owe it. `about` are kinds and ids of records. `uid` is
    that of the form, and `closing` are the follow-ups that it closes.
    """
    records = frozenset(about)
    new_rows = [row for row in rows if row.title.data and row.due_on.data]
    planned = [
        FollowUpFacts(row.title.data, row.side.data if "side" in row else FollowUpSide.we, row.due_on.data, records)
        for row in new_rows
    ]
    matches = find_similar(g.actor, planned, clock.today(g.actor.zone), uid=uid, closing=closing)
    for row, todos in zip(new_rows, matches, strict=True):
        if todos and not row.title.errors:
            row.title.errors = [_("Clear this if it's the open follow-up below, or save anyway.")]
    return list({todo.id: todo for todos in matches for todo in todos}.values())
