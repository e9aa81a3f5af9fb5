"""One line of a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DigestItem:
    """One line of a block. `light` and `when` describe its next step; on the page `badge` comes first.

    `actions` come in order of likelihood. They work on `followup_id`, `interaction_id` or `meeting_id`; the line opens
    `path`, without one the page of `record_id`. `their_zone` is the other side's.
    """

    icon: str
    title: str
    record_id: int
    kind: str
    second: str = ""
    native: str = ""
    warning: str = ""
    when: str = ""
    badge: str = ""
    light: str = ""
    at: datetime | None = None
    their_zone: str | None = None
    due_on: date | None = None
    actions: tuple[str, ...] = ()
    followup_id: int | None = None
    interaction_id: int | None = None
    meeting_id: int | None = None
    path: str = ""
    confidential: bool = False
    number: int = 0

    @property
    def anchor(self) -> str:
        """What names the line on its page; "" for one without actions that change something."""
        if self.meeting_id:
            return f"m{self.meeting_id}"
        return str(self.record_id) if self.followup_id or self.interaction_id else ""
