"""One line of a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Item:
    """One line of a block. `light` and `when` tell its next step; `actions` are what can be done, the likeliest first.

    `followup_id` or `interaction_id` is what the actions work on, `record_id` the page it opens.
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
    there: str | None = None
    due_on: date | None = None
    actions: tuple[str, ...] = ()
    followup_id: int | None = None
    interaction_id: int | None = None
    about_id: int | None = None
    confidential: bool = False
    number: int = 0
