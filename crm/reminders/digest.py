"""What the digest says: the blocks of Today as lines, and the links of a block's actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l

from .blocks import Block, blocks_for, headline
from .hours import describe_shared_hours
from .kinds import DIGEST, get_kind
from .queries.items import Item
from .queries.readers import Reader

FOLLOW_UP_LINKS: dict[str, tuple[Lazy, str]] = {
    "done": (_l("Done"), "/followups/{}?do=done"),
    "later": (_l("Later"), "/followups/{}?do=later"),
    "no-answer": (_l("No answer"), "/followups/{}?do=no-answer"),
    "log": (_l("Log"), "/interactions/new?followup={}"),
}
OPEN, LOG, RECEIVED = _l("Open"), _l("Log"), _l("Received")
INTERACTION_LINKS: dict[str, tuple[Lazy, str]] = {
    "log": (_l("Log"), "/interactions/{}/edit?happened=1"),
    "later": (_l("Reschedule"), "/interactions/{}/move"),
    "yes": (_l("Yes, log it"), "/interactions/{}/edit?happened=1"),
    "moved": (_l("Rescheduled"), "/interactions/{}/move"),
    "no": (_l("No"), "/interactions/{}?do=no"),
}
"""The label of an action of Today in an email, and the page that asks before anything is saved."""


@dataclass(frozen=True)
class DigestLine:
    """An item of the digest. `overdue_label` says since when; `native` is a name in its own script."""

    number: int
    text: str
    native: str = ""
    second: str = ""
    warning: str = ""
    overdue_label: str = ""
    links: tuple[tuple[Lazy, str], ...] = ()

    @property
    def path(self) -> str:
        """The page of the item: the last link."""
        return self.links[-1][1] if self.links else ""


@dataclass(frozen=True)
class DigestSection:
    """A block of the digest; `waiting` more items wait for later days."""

    code: str
    title: Lazy
    lines: list[DigestLine]
    waiting: int


@dataclass(frozen=True)
class DigestPreview:
    """The next digest; without sections when there is nothing to report or the digest is turned off."""

    is_enabled: bool
    sent_at: datetime
    subject: str
    sections: list[DigestSection]
    separate_count: int


def build_digest(reader: Reader, now: datetime) -> dict[str, Any] | None:
    """Return what the templates of the digest are given; None when there is nothing to report."""
    blocks = blocks_for(reader, now, for_mail=True)
    if not any(block.items for block in blocks):
        return None
    today = reader.today(now)
    sections = [DigestSection(b.code, b.title, [_line(b, item) for item in b.items], b.waiting) for b in blocks]
    return {
        "blocks": [section for section in sections if section.lines],
        "numbered": [line for section in sections for line in section.lines if line.number],
        "headline": headline(blocks),
        "day": formats.day(today, weekday=True),
        "long_day": formats.long_day(today),
        "shared_hours": describe_shared_hours(reader.actor, now),
        "time": formats.clock_time(time(reader.digest_hour)),
        "separate_count": sum(block.separate for block in blocks),
    }


def preview_digest(reader: Reader, now: datetime) -> DigestPreview:
    """Return the reader's next digest as it would be if nothing changes until then."""
    sent_at = reader.next_digest_at(now)
    is_enabled = get_kind(DIGEST).is_enabled(reader)
    digest = build_digest(reader, sent_at) if is_enabled else None
    subject = f"{digest['day']}: {digest['headline']}" if digest else ""
    sections, separate_count = (digest["blocks"], digest["separate_count"]) if digest else ([], 0)
    return DigestPreview(is_enabled, sent_at, subject, sections, separate_count)


def _line(block: Block, item: Item) -> DigestLine:
    """Return the line of an item; of a confidential one only that it is there and where it opens."""
    if item.confidential:
        text = _("confidential item %(n)s", n=item.number) if item.number else _("confidential item")
        return DigestLine(item.number, text, links=((OPEN, _path(item)),))
    overdue = item.when if item.light == "late" and block.code != "today" else ""
    timed = item.when if item.at and not overdue else ""
    text = f"{timed}{':' if '=' in timed else ''} {item.title}".strip()
    second = item.second if item.native else _capitalize(item.second)
    if item.native and block.code == "going_quiet":
        # Elsewhere the name in the other script follows.
        second = f"· {second}"
    links = tuple(_links(item, they_owe=block.code == "they_owe"))
    return DigestLine(item.number, text, item.native, second, _capitalize(item.warning), _capitalize(overdue), links)


def _capitalize(text: str) -> str:
    """Return a text as the beginning of a line: the rest stays as it is."""
    return text[:1].upper() + text[1:]


def _links(item: Item, *, they_owe: bool) -> Iterator[tuple[Lazy, str]]:
    """Yield the actions of an item; what others owe is not done but received."""
    links, id = (INTERACTION_LINKS, item.interaction_id)
    if item.followup_id:
        links, id = FOLLOW_UP_LINKS, item.followup_id
    for action in item.actions:
        if action in links and id:
            label, path = links[action]
            yield RECEIVED if they_owe and action == "done" else label, path.format(id)
        elif action == "log":
            yield LOG, f"/interactions/new?{item.kind}={item.record_id}"
    yield OPEN, _path(item)


def _path(item: Item) -> str:
    return item.path or f"/records/{item.record_id}"
