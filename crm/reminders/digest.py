"""What the digest says: the blocks of Today as lines, and how a block's answers are linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from crm.core.data.identity import User
from crm.core.i18n import formats
from crm.core.mail.messages import Rendered, render_mail
from crm.core.words import Lazy, _, _l

from .hours import describe_shared_hours
from .policy import ReminderKind
from .queries import Block, Item, Reader, blocks_for, headline

FOLLOW_UP_LINKS: dict[str, tuple[Lazy, str]] = {
    "done": (_l("Done"), "/followups/{}?do=done"),
    "later": (_l("Later"), "/followups/{}?do=later"),
    "no-answer": (_l("No answer"), "/followups/{}?do=no-answer"),
    "log": (_l("Log"), "/interactions/new?followup={}"),
}
OPEN, LOG, GOT_IT = _l("Open"), _l("Log"), _l("Received")
CONTACT_LINKS: dict[str, tuple[Lazy, str]] = {
    "log": (_l("Log"), "/interactions/{}/edit?happened=1"),
    "later": (_l("Move"), "/interactions/{}/move"),
    "yes": (_l("Yes, log it"), "/interactions/{}/edit?happened=1"),
    "moved": (_l("Moved"), "/interactions/{}/move"),
    "no": (_l("No"), "/interactions/{}?do=no"),
}
"""What an action of Today is called in a mail, and the page on which it is asked before anything is saved."""


@dataclass(frozen=True)
class DigestLine:
    """An item as the digest says it. `late` says since when; `native` is a name in its own script."""

    number: int
    text: str
    native: str = ""
    second: str = ""
    warning: str = ""
    late: str = ""
    links: tuple[tuple[Lazy, str], ...] = ()


@dataclass(frozen=True)
class DigestSection:
    """A block as the digest says it."""

    code: str
    title: Lazy
    lines: list[DigestLine]
    waiting: int


def render_digest(user: User, reader: Reader, now: datetime) -> Rendered | None:
    """The digest of a morning; None when there is nothing to tell."""
    blocks = blocks_for(reader, now, for_mail=True)
    if not blocks:
        return None
    today = reader.today(now)
    parts = [DigestSection(b.code, b.title, [_line(b, item) for item in b.items], b.waiting) for b in blocks]
    return render_mail(
        "digest",
        user.language,
        blocks=parts,
        headline=headline(blocks),
        day=formats.day(today, weekday=True),
        long_day=formats.long_day(today),
        shared=describe_shared_hours(reader.actor, now),
        hour=time(reader.digest_hour),
        singles=reader.wants(ReminderKind.followup_due),
    )


def _line(block: Block, item: Item) -> DigestLine:
    """A confidential item shows that it is there and where it opens, nothing else."""
    if item.confidential:
        text = _("confidential item %(n)s", n=item.number) if item.number else _("confidential item")
        return DigestLine(item.number, text, links=((OPEN, f"/records/{item.record_id}"),))
    late = item.when if item.light == "late" and block.code != "today" else ""
    timed = item.when if item.at and not late else ""
    text = f"{timed}{':' if '=' in timed else ''} {item.title}".strip()
    second = item.second if item.native else _begun(item.second)
    if item.native and block.code == "quiet":
        # Elsewhere the name in the other script follows.
        second = f"· {second}"
    links = tuple(_links(item, owed=block.code == "owed"))
    return DigestLine(item.number, text, item.native, second, _begun(item.warning), _begun(late), links)


def _begun(text: str) -> str:
    """With a large letter, as what begins a line."""
    return text[:1].upper() + text[1:]


def _links(item: Item, *, owed: bool) -> Iterator[tuple[Lazy, str]]:
    """The answers of an item; what others owe is not done but got."""
    known, about = (FOLLOW_UP_LINKS, item.followup_id) if item.followup_id else (CONTACT_LINKS, item.interaction_id)
    for action in item.actions:
        if action in known and about:
            label, path = known[action]
            yield GOT_IT if owed and action == "done" else label, path.format(about)
        elif action == "log":
            yield LOG, f"/interactions/new?{item.kind}={item.record_id}"
    yield OPEN, f"/records/{item.record_id}"
