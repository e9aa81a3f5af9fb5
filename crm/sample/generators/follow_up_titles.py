"""Titles of follow-ups: nobody has the same one twice."""

from __future__ import annotations

from collections import defaultdict

from crm.followups.enums import FollowUpSide
from crm.sample.talk_texts import FOLLOW_UP_TEXTS


class FollowUpTitles:
    """The titles of the open follow-ups of each organization."""

    def __init__(self) -> None:
        self.open_titles: defaultdict[int, set[str]] = defaultdict(set)

    def has_all(self, organization_id: int) -> bool:
        """Return whether an organization may have no further open follow-up."""
        return len(self.open_titles[organization_id]) >= len(FOLLOW_UP_TEXTS)

    def choose(self, organization_id: int, number: int, *, is_open: bool, **names: str) -> tuple[FollowUpSide, str]:
        """Return side and title of the text with this number, or of the next one that isn't open yet."""
        texts = (*FOLLOW_UP_TEXTS[number:], *FOLLOW_UP_TEXTS[:number])
        titles = [(side, text.format(**names)[:200]) for side, text in texts]
        if not is_open:
            return titles[0]
        existing = self.open_titles[organization_id]
        side, title = next(row for row in titles if row[1] not in existing)
        existing.add(title)
        return side, title
