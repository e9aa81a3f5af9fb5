"""One line of a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Item:
    """One line of a block. `light` and `when` describe its next step; `actions` come in order of likelihood.

    The actions work on `followup_id` or `interaction_id`; the line opens `record_id`. `their_zone` is the other side's.
    """

    icon: str
    title: str
    record_id: int
    kind: str
    second: str = ""
    native: str = ""
    warning: str = ""
    when: str = ""
    light: str = ""
    at: datetime | None = None
    their_zone: str | None = None
    due_on: date | None = None
    actions: tuple[str, ...] = ()
    followup_id: int | None = None
    interaction_id: int | None = None
    about_id: int | None = None
    confidential: bool = False
    number: int = 0
