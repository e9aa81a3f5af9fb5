"""The blocks of Today and of the digest: the same items under the same numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial

from crm import calendars
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l, join_facts, ngettext
from crm.followups.enums import FollowUpSide

from . import explain
from .kinds import DIGEST, DigestContext, DueItems, get_kind, list_digest_kinds
from .kinds.followup_due import KIND as FOLLOWUP_DUE
from .policy import Offset, digest_until, is_in_digest, subject_of
from .queries import follow_ups, interactions, show_meetings
from .queries.items import DigestItem
from .queries.offsets import load_offsets
from .queries.participants import add_participants
from .queries.readers import Reader
from .queries.sent import find_last_digest
from .queries.separate_emails import list_separately_sent


@dataclass(frozen=True)
class DigestBlock:
    """A group of items under a heading; `waiting` more wait for later days.

    `total` counts all that is due and `overdue` what is overdue of it, also without a line; `separate` of them have
    emails of their own.
    """

    code: str
    title: Lazy
    icon: str
    items: list[DigestItem] = field(default_factory=list)
    waiting: int = 0
    total: int = 0
    overdue: int = 0
    separate: int = 0


TITLES: dict[str, tuple[Lazy, str]] = {
    "overnight": (_l("Overnight"), "moon"),
    "today": (_l("Today"), "today"),
    "we_owe": (_l("We owe"), "promise"),
    "they_owe": (_l("They owe"), "later"),
    "cover": (_l("Covering for colleagues"), "handover"),
    "unconfirmed": (_l("Did it happen?"), "help"),
    "news": (_l("News"), "news"),
    "going_quiet": (_l("Going quiet"), "quiet"),
}
"""The eight blocks, always in this order."""


def blocks_for(reader: Reader, now: datetime, *, for_mail: bool = False) -> list[DigestBlock]:
    """Return the reader's blocks at a moment, without empty ones, items numbered through.

    The day reaches to the next digest. In the email follow-ups with a separate email this morning are left out; the
    others keep the number that they have on the page, and the counts are those of the page.
    """
    until = digest_until(reader.today(now), reader.actor.country, reader.extra_days)
    follow_up_rows, interaction_items, kind_items = run_together(
        partial(follow_ups.list_due_follow_ups, reader.actor, until, for_mail=for_mail),
        partial(_list_interactions, reader, now),
        partial(_list_items_of_kinds, reader, now, for_mail=for_mail),
    )
    due: dict[str, list[DueItems]] = {code: [] for code in TITLES}
    for code, items in (*interaction_items, *_follow_ups(reader, follow_up_rows, now), *kind_items):
        due[code].append(items)
    items_by_code = {code: [item for part in parts for item in part.items] for code, parts in due.items()}
    hidden = {code: sum(part.waiting for part in parts) for code, parts in due.items()}
    blocks = _number(add_participants(reader.actor, items_by_code, for_mail=for_mail), hidden)
    blocks = [_with_counts(block, follow_up_rows) for block in blocks]
    return _drop_lines(_separate(reader, follow_up_rows, now), blocks) if for_mail else blocks


def _list_items_of_kinds(reader: Reader, now: datetime, *, for_mail: bool) -> list[tuple[str, DueItems]]:
    """Return what is due of each kind, with its block."""
    context = _build_digest_context(reader, now, for_mail=for_mail)
    kinds = [kind for kind in list_digest_kinds() if kind.is_enabled(reader)]
    items = run_together(*(partial(kind.find_due, context) for kind in kinds))
    return list(zip((kind.block for kind in kinds), items, strict=True))


def _build_digest_context(reader: Reader, now: datetime, *, for_mail: bool) -> DigestContext:
    """Return what the digest of a moment covers: what happened after 6 PM of the day of the last digest is news."""
    today = reader.today(now)
    first = today - timedelta(days=explain.MAX_DAYS_OFF)
    has_digest = get_kind(DIGEST).is_enabled(reader)
    begins, _ends = calendars.day_bounds(today, reader.actor.zone)
    last_at = find_last_digest(reader.actor.id, first, begins, for_mail=for_mail) if has_digest else None
    day = reader.today(last_at) if last_at else explain.previous_workday(reader, today)
    since = calendars.resolve_local(day, time(18), reader.actor.zone)
    return DigestContext(reader, now, since, last_digest_at=last_at)


def _list_interactions(reader: Reader, now: datetime) -> list[tuple[str, DueItems]]:
    """Return today's appointments with the meetings at shows, and those that should be over."""
    begins, ends = calendars.day_bounds(reader.today(now), reader.actor.zone)
    unconfirmed, appointments, meetings = run_together(
        partial(interactions.list_unconfirmed_interactions, reader.actor, now),
        partial(interactions.appointments, reader.actor, begins, ends),
        partial(show_meetings.list_meeting_items, reader.actor, now, begins, ends),
    )
    over_ids = {item.interaction_id for item in unconfirmed}
    coming = [item for item in appointments if item.interaction_id not in over_ids] + meetings.coming
    return [
        ("today", DueItems(_mark_only_next(sorted(coming, key=_starts_at), now))),
        ("unconfirmed", DueItems(unconfirmed + meetings.unconfirmed)),
    ]


def _mark_only_next(items: list[DigestItem], now: datetime) -> list[DigestItem]:
    """Return the items in order, without the badge of a later meeting that an appointment comes before."""
    marked = []
    has_upcoming = False
    for item in items:
        is_upcoming = item.at is not None and item.at > now
        marked.append(replace(item, badge="") if is_upcoming and has_upcoming else item)
        has_upcoming = has_upcoming or is_upcoming
    return marked


def _starts_at(item: DigestItem) -> float:
    return item.at.timestamp() if item.at else 0.0


def _follow_ups(reader: Reader, due: follow_ups.DueFollowUps, now: datetime) -> Iterator[tuple[str, DueItems]]:
    """Yield what we owe, what they owe, and ideas; the older ones are counted in the first block that has any."""
    items_by_side: dict[str, list[DigestItem]] = {side.value: [] for side in FollowUpSide}
    for row in due.rows:
        items_by_side[row.side].append(follow_ups.build_follow_up_item(row, now, reader.actor.zone))
    we_owe, they_owe, ideas = items_by_side.values()
    yield "we_owe", DueItems(we_owe, due.older_count if we_owe else 0)
    yield "they_owe", DueItems(they_owe, 0 if we_owe else due.older_count)
    yield "news", DueItems([replace(item, second=_label_idea(item)) for item in ideas])


def _label_idea(item: DigestItem) -> str:
    return join_facts((str(FollowUpSide.idea), item.second))


def _with_counts(block: DigestBlock, due: follow_ups.DueFollowUps) -> DigestBlock:
    owed = {"we_owe": due.we, "they_owe": due.they}.get(block.code)
    return replace(block, total=owed.due, overdue=owed.overdue) if owed else replace(block, total=len(block.items))


def _separate(reader: Reader, due: follow_ups.DueFollowUps, now: datetime) -> set[int]:
    """Return the follow-ups with a separate email this morning, also after the planner did not run for a while."""
    midnight = calendars.resolve_local(reader.today(now), time(0), reader.actor.zone)
    keys = [subject_of(row.id) for row in due.rows if row.due_at]
    own, sent_ids = run_together(
        partial(load_offsets, [reader.actor.id], keys), partial(list_separately_sent, reader.actor.id, midnight)
    )
    offsets = {row.id: own.get((reader.actor.id or 0, subject_of(row.id)), reader.followup_offset) for row in due.rows}
    separate = {row.id for row in due.rows if not _in_digest(reader, row, offsets[row.id], now)}
    return separate.union(sent_ids)


def _drop_lines(followup_ids: Collection[int], blocks: list[DigestBlock]) -> list[DigestBlock]:
    """Return the blocks without the lines of some follow-ups; their counts stay those of the page."""
    rest = [replace(b, items=[item for item in b.items if item.followup_id not in followup_ids]) for b in blocks]
    return [replace(b, separate=len(full.items) - len(b.items)) for b, full in zip(rest, blocks, strict=True)]


def _in_digest(reader: Reader, row: follow_ups.FollowUpReminderRow, offset: Offset, now: datetime) -> bool:
    """Return whether a follow-up is in the digest; without separate emails all of them are."""
    return not FOLLOWUP_DUE.is_enabled(reader) or is_in_digest(
        reader.choice,
        sends_at=row.due_at - offset.before if row.due_at else None,
        mail_alone=row.mail_alone,
        now=now,
        zone=reader.actor.zone,
    )


def _number(items_by_code: dict[str, list[DigestItem]], hidden: dict[str, int]) -> list[DigestBlock]:
    """Return the blocks with their items numbered; news has no numbers."""
    blocks, number = [], 0
    for code, (title, icon) in TITLES.items():
        items = []
        for item in items_by_code[code]:
            number += 0 if code == "news" else 1
            items.append(replace(item, number=0 if code == "news" else number))
        if items:
            blocks.append(DigestBlock(code, title, icon, items, hidden[code]))
    return blocks


def headline(blocks: Collection[DigestBlock]) -> str:
    """Return one line that counts: "2 appointments, 3 we owe (1 overdue), 1 they owe, overnight updates"."""
    counts = {b.code: b.total for b in blocks}
    overdue = {b.code: b.overdue for b in blocks}
    parts = []
    if n := counts.get("today"):
        parts.append(ngettext("%(num)s appointment", "%(num)s appointments", n))
    if n := counts.get("we_owe"):
        parts.append(_("%(num)s we owe", num=n) + _overdue_text(overdue["we_owe"]))
    if n := counts.get("they_owe"):
        parts.append(_("%(num)s they owe", num=n) + _overdue_text(overdue["they_owe"]))
    if n := counts.get("unconfirmed"):
        parts.append(_("%(num)s to confirm", num=n))
    if counts.get("overnight") or counts.get("news"):
        parts.append(_describe_updates(blocks))
    if not parts and (n := counts.get("going_quiet")):
        parts.append(_("%(num)s going quiet", num=n))
    return ", ".join(parts)


def _overdue_text(count: int) -> str:
    return " " + _("(%(n)s overdue)", n=formats.num(count)) if count else ""


def _describe_updates(blocks: Collection[DigestBlock]) -> str:
    """Name the city where colleagues logged the overnight updates, if it is only one and not the reader's.

    The zone of a new lead is that of the project.
    """
    overnight = [item for b in blocks if b.code == "overnight" for item in b.items]
    zones = {item.their_zone for item in overnight if item.kind != "project"}
    zone = zones.pop() if len(zones) == 1 else None
    if not overnight:
        return _("updates")
    if not zone or zone == formats.zone_of_reader():
        return _("overnight updates")
    return _("overnight updates from %(city)s", city=formats.place(zone))
