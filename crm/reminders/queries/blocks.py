"""The blocks of Today and of the digest: the same items under the same numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from flask_babel import ngettext

from crm import calendars
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l
from crm.reminders.policy import ReminderKind, digest_until, is_in_digest

from . import follow_ups, interactions, news
from .digests import list_separately_sent
from .due import Reader
from .items import Item
from .participants import with_company


@dataclass(frozen=True)
class Block:
    """A group of items under a heading; `waiting` more are kept for later days."""

    code: str
    title: Lazy
    icon: str
    items: list[Item] = field(default_factory=list)
    waiting: int = 0


TITLES: dict[str, tuple[Lazy, str]] = {
    "slept": (_l("Overnight"), "moon"),
    "today": (_l("Today"), "today"),
    "promised": (_l("We owe"), "promise"),
    "owed": (_l("They owe"), "later"),
    "happened": (_l("Did it happen?"), "help"),
    "news": (_l("News"), "news"),
    "quiet": (_l("Going quiet"), "quiet"),
}
"""The seven blocks, always in this order."""


def blocks_for(reader: Reader, now: datetime, *, for_mail: bool = False) -> list[Block]:
    """The reader's blocks at a moment, empty ones left out, items numbered through.

    The day reaches to the next digest. In the mail follow-ups that have a mail of their own this morning are left out;
    what stays keeps the number it has on the page.
    """
    actor, zone = reader.actor, reader.actor.zone
    today = reader.today(now)
    mine, older = follow_ups.list_due_follow_ups(
        actor, digest_until(today, actor.country, reader.extra), for_mail=for_mail
    )
    begins = calendars.resolve_local(today, time(0), zone)
    ends = calendars.resolve_local(today + timedelta(days=1), time(0), zone)
    since = calendars.resolve_local(_last_evening(reader, today), time(18), zone)
    quiet, quieter = news.quiet(actor, today) if reader.wants(ReminderKind.going_quiet) else ([], 0)
    told = news.news(actor, since, today, _wanted_news(reader))
    happened = interactions.needs_confirmation(actor, now)
    over = {item.interaction_id for item in happened}
    found = {
        "slept": interactions.list_overnight_interactions(actor, since) if reader.wants(ReminderKind.slept) else [],
        "today": [a for a in interactions.appointments(actor, begins, ends) if a.interaction_id not in over],
        "promised": [follow_ups.build_follow_up_item(p, now, zone) for p in mine if p.side != "they"],
        "owed": [follow_ups.build_follow_up_item(p, now, zone) for p in mine if p.side == "they"],
        "happened": happened,
        "news": told,
        "quiet": quiet,
    }
    waiting = {"quiet": quieter, "promised" if found["promised"] else "owed": older}
    alone: set[int] = set()
    if for_mail:
        # After a silence of the scheduler an old one may have its own mail this very morning.
        alone = {p.id for p in mine if not _in_digest(reader, p, now)} | list_separately_sent(actor.id, begins)
    return _without(alone, _numbered(with_company(actor, found, for_mail=for_mail), waiting))


def _without(alone: Collection[int], blocks: list[Block]) -> list[Block]:
    kept = [replace(b, items=[item for item in b.items if item.followup_id not in alone]) for b in blocks]
    return [b for b in kept if b.items]


def _in_digest(reader: Reader, follow_up: follow_ups.FollowUpReminderRow, now: datetime) -> bool:
    """Who wants no single mails finds everything in the digest."""
    return not reader.wants(ReminderKind.followup_due) or is_in_digest(
        reader.choice, due_at=follow_up.due_at, mail_alone=follow_up.mail_alone, now=now, zone=reader.actor.zone
    )


def _wanted_news(reader: Reader) -> Collection[ReminderKind]:
    return [k for k in (ReminderKind.assigned, ReminderKind.ending) if reader.wants(k)]


def _last_evening(reader: Reader, today: date) -> date:
    """The last working day before today: what happened after 18:00 there is news."""
    day = today - timedelta(days=1)
    while not calendars.is_workday(reader.actor.country, day, extra=reader.extra) and (today - day).days < 14:
        day -= timedelta(days=1)
    return day


def _numbered(found: dict[str, list[Item]], waiting: Mapping[str, int]) -> list[Block]:
    blocks, number = [], 0
    for code, (title, icon) in TITLES.items():
        items = []
        for item in found[code]:
            number += 0 if code == "news" else 1
            items.append(replace(item, number=0 if code == "news" else number))
        if items:
            blocks.append(Block(code, title, icon, items, waiting.get(code, 0)))
    return blocks


def headline(blocks: Collection[Block]) -> str:
    """One line that counts: "2 appointments, 2 promises, 1 to chase, news from Shanghai"."""
    counts = {b.code: len(b.items) for b in blocks}
    parts = []
    if n := counts.get("today"):
        parts.append(ngettext("%(num)s appointment", "%(num)s appointments", n))
    if n := counts.get("promised"):
        parts.append(ngettext("%(num)s we owe", "%(num)s we owe", n))
    if n := counts.get("owed"):
        parts.append(ngettext("%(num)s they owe", "%(num)s they owe", n))
    if n := counts.get("happened"):
        parts.append(ngettext("%(num)s to confirm", "%(num)s to confirm", n))
    if counts.get("slept") or counts.get("news"):
        parts.append(_news_from(blocks))
    if not parts and (n := counts.get("quiet")):
        parts.append(ngettext("%(num)s going quiet", "%(num)s going quiet", n))
    return ", ".join(parts)


def _news_from(blocks: Collection[Block]) -> str:
    """From which place the news of the night are, when all are from one."""
    zones = {item.there for b in blocks if b.code == "slept" for item in b.items}
    zone = zones.pop() if len(zones) == 1 else None
    if not zone or zone == formats.zone_of_reader():
        return _("updates")
    return _("updates from %(city)s", city=formats.place(zone))
