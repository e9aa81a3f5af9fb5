"""The timeline of a record's page: its tabs, and the page of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import request

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.words import Lazy, _l
from crm.interactions.queries import TimelineEntry, timeline
from crm.reference.queries import days_off

from .timeline_events import list_sources

Tab = tuple[str, Lazy, tuple[str, ...]]
TABS: tuple[Tab, ...] = (
    ("", _l("All"), ()),
    ("meetings", _l("Meetings"), ("meeting", "visit", "introduction", "session")),
    ("calls", _l("Calls"), ("call",)),
    ("wechat", _l("WeChat"), ("wechat",)),
    ("mail", _l("Emails"), ("email",)),
    ("notes", _l("Notes"), ("note", "lead")),
    ("done", _l("Done"), ("followup",)),
    ("stages", _l("Stages"), ("stage", "lead_stage")),
    ("files", _l("Files"), ("file", "interaction_file")),
    ("changes", _l("Changes"), ("change", "merge")),
)
"""Tabs of the timeline: name in the URL, label, kinds of interactions and events."""
WITHOUT_STAGES = frozenset({"show", "milestone"})
"""Kinds of records that have no opportunities."""


@dataclass(frozen=True)
class HistoryTab:
    """A tab of a record's timeline: what is planned, then the past by month; `next_cursor` leads to older entries."""

    tabs: tuple[Tab, ...]
    tab: str
    q: str
    upcoming: list[TimelineEntry]
    months: list[tuple[str, list[TimelineEntry]]]
    next_cursor: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not self.upcoming and not self.months


def load_history_tab(actor: Actor, record: Record) -> HistoryTab:
    """Load the page of the timeline that the address names: `tab`, `find` (text) and `older` (cursor)."""
    tab = request.args.get("tab", "")
    kinds = next((kinds for name, _label, kinds in TABS if name == tab), ())
    q, cursor = request.args.get("find", "")[:100], request.args.get("older") or None
    sources = list_sources(actor, record, kinds)
    # The forms of follow-ups offer working days: days off are read with the rest of the page, once per request.
    page, _days = run_together(
        partial(timeline, actor, record.id, kinds, q, cursor, sources), partial(days_off, actor.country)
    )
    months = _by_month(page.entries, actor.zone)
    return HistoryTab(_list_tabs(actor, record), tab, q, page.upcoming, months, page.next_cursor)


def _list_tabs(actor: Actor, record: Record) -> tuple[Tab, ...]:
    """Return the tabs of a record's page. Empty ones stay, so that the tabs don't reveal hidden rows."""
    missing = {"stages"} if record.kind in WITHOUT_STAGES else set()
    missing |= set() if can(actor, "record:see", record) else {"changes"}
    return tuple(tab for tab in TABS if tab[0] not in missing) if missing else TABS


def _by_month(entries: list[TimelineEntry], zone: str) -> list[tuple[str, list[TimelineEntry]]]:
    """Return the entries by month, the latest first: of interactions the local one, of others that of the reader."""
    reader_zone = ZoneInfo(zone)

    def first_of_month(entry: TimelineEntry) -> date:
        moment = entry.interaction.wall if entry.interaction else entry.at.astimezone(reader_zone)
        return moment.date().replace(day=1)

    # Entries are in the order of moments, in which local months can take turns.
    ordered = sorted(entries, key=first_of_month, reverse=True)
    return [(formats.month(first), list(group)) for first, group in groupby(ordered, key=first_of_month)]
