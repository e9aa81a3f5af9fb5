"""The blocks of Today and of the digest: the same items under the same numbers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from flask_babel import ngettext

from crm import calendars
from crm.core.words import Lazy, _, _l
from crm.reminders.policy import QUIET_A_DAY, ReminderKind, digest_until, is_told_in_digest

from . import contacts, news, promises
from .due import Reader
from .items import Item


@dataclass(frozen=True)
class Block:
    """A group of items under a heading; `waiting` more are kept for later days."""

    code: str
    title: Lazy
    icon: str
    items: list[Item] = field(default_factory=list)
    waiting: int = 0


TITLES: dict[str, tuple[Lazy, str]] = {
    "slept": (_l("While you slept"), "moon"),
    "today": (_l("Today"), "today"),
    "promised": (_l("I promised"), "promise"),
    "owed": (_l("They owe us"), "later"),
    "happened": (_l("Did it happen?"), "help"),
    "news": (_l("News"), "news"),
    "quiet": (_l("Going quiet"), "quiet"),
}
"""The seven blocks, always in this order."""


def blocks_for(reader: Reader, now: datetime, *, for_mail: bool = False) -> list[Block]:
    """The reader's blocks at a moment, empty ones left out, items numbered through.

    For the mail, follow-ups that have a mail of their own this morning are left out, and the day reaches to the next
    digest; on the page it is today alone.
    """
    actor, zone = reader.actor, reader.actor.zone
    today = reader.today(now)
    until = digest_until(today, actor.country, reader.extra) if for_mail else today
    mine = promises.promises(actor, until)
    if for_mail:
        mine = [p for p in mine if _in_digest(reader, p, now)]
    begins = calendars.resolve_local(today, time(0), zone)
    ends = calendars.resolve_local(today + timedelta(days=1), time(0), zone)
    since = calendars.resolve_local(_last_evening(reader, today), time(18), zone)
    quiet = news.quiet(actor, today) if reader.wants(ReminderKind.going_quiet) else []
    told = news.news(actor, since, today, _wanted_news(reader))
    found = {
        "slept": contacts.slept(actor, since) if reader.wants(ReminderKind.slept) else [],
        "today": contacts.appointments(actor, begins, ends),
        "promised": [promises.promise_item(p, now, zone) for p in mine if p.side != "they"],
        "owed": [promises.promise_item(p, now, zone) for p in mine if p.side == "they"],
        "happened": contacts.did_it_happen(actor, now),
        "news": told,
        "quiet": quiet[:QUIET_A_DAY],
    }
    return _numbered(found, waiting=max(0, len(quiet) - QUIET_A_DAY))


def _in_digest(reader: Reader, promise: promises.Promise, now: datetime) -> bool:
    return is_told_in_digest(
        reader.choice, due_at=promise.due_at, mail_alone=promise.mail_alone, now=now, zone=reader.actor.zone
    )


def _wanted_news(reader: Reader) -> Collection[ReminderKind]:
    return [k for k in (ReminderKind.assigned, ReminderKind.ending) if reader.wants(k)]


def _last_evening(reader: Reader, today: date) -> date:
    """The last working day before today: what happened after 18:00 there is news."""
    day = today - timedelta(days=1)
    while not calendars.is_workday(reader.actor.country, day, extra=reader.extra) and (today - day).days < 14:
        day -= timedelta(days=1)
    return day


def _numbered(found: dict[str, list[Item]], waiting: int) -> list[Block]:
    blocks, number = [], 0
    for code, (title, icon) in TITLES.items():
        items = []
        for item in found[code]:
            number += 0 if code == "news" else 1
            items.append(replace(item, number=0 if code == "news" else number))
        if items:
            blocks.append(Block(code, title, icon, items, waiting if code == "quiet" else 0))
    return blocks


def headline(blocks: Collection[Block]) -> str:
    """One line that counts: "2 appointments, 2 promises, 1 to chase, news from Shanghai"."""
    counts = {b.code: len(b.items) for b in blocks}
    parts = []
    if n := counts.get("today"):
        parts.append(ngettext("%(num)s appointment", "%(num)s appointments", n))
    if n := counts.get("promised"):
        parts.append(ngettext("%(num)s promise", "%(num)s promises", n))
    if n := counts.get("owed"):
        parts.append(ngettext("%(num)s to chase", "%(num)s to chase", n))
    if n := counts.get("happened"):
        parts.append(ngettext("%(num)s to confirm", "%(num)s to confirm", n))
    if counts.get("slept") or counts.get("news"):
        parts.append(_("news"))
    if not parts and (n := counts.get("quiet")):
        parts.append(ngettext("%(num)s going quiet", "%(num)s going quiet", n))
    return ", ".join(parts)
