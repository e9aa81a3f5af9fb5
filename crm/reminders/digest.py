"""What the digest says: the blocks of Today as lines, and the links of a block's actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from crm import calendars
from crm.answers.links import AnswerLinks
from crm.answers.policy import meeting_target
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l, _p

from .blocks import DigestBlock, blocks_for, headline
from .hours import describe_shared_hours
from .kinds import DIGEST, get_kind
from .queries.items import DigestItem
from .queries.readers import Reader
from .queries.sent import count_earlier_digests

ANSWER_LABELS: dict[str, Lazy] = {
    "done": _l("Done"),
    "later": _l("Later"),
    "no-answer": _l("No answer"),
    "reassign": _l("Reassign"),
    "yes": _l("Yes"),
    "no": _l("No"),
    "no-show": _l("No-show"),
    "canceled": _l("Canceled"),
}
"""The answers that need no sign-in, with their labels in an email."""
OPEN, LOG, RECEIVED = _p("action", "Open"), _l("Log"), _l("Received")
INTERACTION_LINKS: dict[str, tuple[Lazy, str]] = {
    "log": (_l("Log"), "/interactions/{}/edit?happened=1"),
    "later": (_l("Reschedule"), "/interactions/{}/move"),
    "moved": (_l("Rescheduled"), "/interactions/{}/move"),
}
"""The other actions of Today on an interaction: their labels, and the page that asks before anything is saved."""


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
    answers: int = 0
    """The target of an answer to this line's number; 0 if it can't be answered by email."""

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
    begins, _ends = calendars.day_bounds(today, reader.actor.zone)
    links = AnswerLinks(reader.actor.id or 0, today, count_earlier_digests(reader.actor.id, today, begins))
    sections = [DigestSection(b.code, b.title, [_line(b, item, links) for item in b.items], b.waiting) for b in blocks]
    lines = [line for section in sections for line in section.lines]
    answerable = [line for line in lines if line.answers]
    return {
        "blocks": [section for section in sections if section.lines],
        "numbered": {str(line.number): line.answers for line in answerable},
        "answers_path": links.for_digest() if answerable else "",
        "reply_to": links.reply_to() if answerable else "",
        "reply_example": _reply_example(answerable),
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


def _reply_example(answerable: Sequence[DigestLine]) -> str:
    """Return an example of a reply with the digest's own numbers: "5 done, 6 thu, 7 no answer"."""
    words = ("done", "thu", "no answer")
    return ", ".join(f"{line.number} {word}" for line, word in zip(answerable, words, strict=False))


def _line(block: DigestBlock, item: DigestItem, answer_links: AnswerLinks) -> DigestLine:
    """Return the line of an item; of a confidential one only that it is there and where it opens."""
    if item.confidential:
        text = _("confidential item %(n)s", n=item.number) if item.number else _("confidential item")
        links = tuple(_links(item, answer_links, they_owe=block.code == "they_owe"))
        return DigestLine(item.number, text, links=links, answers=_answerable_id(item))
    overdue = item.when if item.light == "late" and block.code != "today" else ""
    timed = item.when if item.at and not overdue else ""
    text = f"{timed}{':' if '=' in timed else ''} {item.title}".strip()
    second = item.second if item.native else _capitalize(item.second)
    if item.native and (block.code == "going_quiet" or item.meeting_id):
        # Elsewhere the name in the other script follows.
        second = f"· {second}"
    return DigestLine(
        item.number,
        text,
        item.native,
        second,
        _capitalize(item.warning),
        _capitalize(overdue),
        tuple(_links(item, answer_links, they_owe=block.code == "they_owe")),
        _answerable_id(item),
    )


def _capitalize(text: str) -> str:
    """Return a text as the beginning of a line: the rest stays as it is."""
    return text[:1].upper() + text[1:]


def _answerable_id(item: DigestItem) -> int:
    """Return the target of a numbered line (follow-up, planned interaction, meeting at a show); 0 for other lines."""
    return (item.followup_id or item.interaction_id or meeting_target(item.meeting_id or 0)) if item.number else 0


def _links(item: DigestItem, answer_links: AnswerLinks, *, they_owe: bool) -> Iterator[tuple[Lazy, str]]:
    """Yield the actions of an item; what others owe is not done but received."""
    answers_path = answer_links.for_item(_answerable_id(item)) if _answerable_id(item) else ""
    actions, answers = _choose_actions(item)
    for action in actions:
        if answers_path and action in answers:
            label = RECEIVED if they_owe and action == "done" else ANSWER_LABELS[action]
            yield label, f"{answers_path}?do={action}"
        elif item.confidential:
            continue
        elif action in INTERACTION_LINKS and item.interaction_id:
            label, path = INTERACTION_LINKS[action]
            yield label, path.format(item.interaction_id)
        elif action == "log":
            yield LOG, f"/interactions/new?{item.kind}={item.record_id}"
    yield OPEN, _path(item)


def _choose_actions(item: DigestItem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the actions of an item, and those that answer it."""
    if item.followup_id:
        answers: tuple[str, ...] = ("done", "later", "no-answer")
        if not item.confidential:
            answers += ("reassign",)
        return answers, answers
    if item.meeting_id and "arrived" in item.actions:
        answers = ("yes", "no-show", "canceled")
        return answers, answers
    return item.actions, ("yes", "no")


def _path(item: DigestItem) -> str:
    return item.path or f"/records/{item.record_id}"
