"""What every record's page hands to its template, and the note that it was opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.layout import load_side_sections
from crm.core.words import Lazy, _l
from crm.interactions.queries import TimelineEntry, timeline
from crm.records.services import note_recent
from crm.reference.queries import days_off

from .panel_plans import PanelPlan
from .queries import RecordSummary

NO_TIMELINE = frozenset({"interaction", "followup"})
TABS: tuple[tuple[str, Lazy, tuple[str, ...]], ...] = (
    ("", _l("All"), ()),
    ("meetings", _l("Meetings"), ("meeting", "visit", "introduction", "session")),
    ("calls", _l("Calls"), ("call",)),
    ("wechat", _l("WeChat"), ("wechat",)),
    ("mail", _l("Emails"), ("email",)),
    ("notes", _l("Notes"), ("note", "lead")),
    ("done", _l("Done"), ("followup",)),
)
"""Tabs of the timeline: name in the URL, label, kinds."""


@dataclass(frozen=True)
class HistoryTab:
    """A tab of a record's timeline: what is planned, then the past by month; `next_cursor` leads to older entries."""

    tab: str
    q: str
    upcoming: list[TimelineEntry]
    months: list[tuple[str, list[TimelineEntry]]]
    next_cursor: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not self.upcoming and not self.months


def build_record_page(
    actor: Actor, record: Record, section: str, summary: RecordSummary, plan: PanelPlan, **more: Callable[[], Any]
) -> dict[str, Any]:
    """Return what the template of every record's page needs, and what `more` loads for it under the same names.

    Marks `section` in the navigation, and notes the visit after the request.
    """
    g.section = section
    user_id, record_id = actor.id, record.id
    if user_id is not None:
        g.after_commit.append(lambda: note_recent(user_id, record_id))
    history = partial(load_history_tab, actor, record) if record.kind not in NO_TIMELINE else lambda: None
    sides = partial(load_side_sections, actor)
    panels, tab, _sides, *rest = run_together(plan.build, history, sides, *more.values())
    page = {"record": record, "summary": summary, "panels": panels, "timeline_tabs": TABS, "history": tab}
    return page | dict(zip(more, rest, strict=True))


def load_history_tab(actor: Actor, record: Record) -> HistoryTab:
    """Load the page of the timeline that the address names: `tab`, `find` (text) and `older` (cursor)."""
    tab = request.args.get("tab", "")
    kinds = next((kinds for name, _label, kinds in TABS if name == tab), ())
    q, cursor = request.args.get("find", "")[:100], request.args.get("older") or None
    # The forms of follow-ups offer working days: days off are read with the rest of the page, once per request.
    page, _days = run_together(partial(timeline, actor, record.id, kinds, q, cursor), partial(days_off, actor.country))
    return HistoryTab(tab, q, page.upcoming, _by_month(page.entries, actor.zone), page.next_cursor)


def _by_month(entries: list[TimelineEntry], zone: str) -> list[tuple[str, list[TimelineEntry]]]:
    def month(entry: TimelineEntry) -> str:
        return formats.month(entry.at.astimezone(ZoneInfo(zone)).date())

    return [(name, list(group)) for name, group in groupby(entries, key=month)]
