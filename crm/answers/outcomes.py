"""The results of the entries of a reply."""

from __future__ import annotations

from typing import NamedTuple


class AnsweredLine(NamedTuple):
    """An entry that was carried out; `title` is masked for a confidential item, else it may name `record_ids`."""

    number: str
    title: str
    summary: str
    answer_id: int
    can_undo: bool
    record_ids: tuple[int, ...]
    confidential: bool


class DoubtfulLine(NamedTuple):
    """An entry that changed nothing, as it was typed, and why."""

    number: str
    text: str
    reason: str
