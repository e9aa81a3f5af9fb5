"""What every record's page hands to its template, and the note that it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import Lazy, _l
from crm.interactions.queries import TimelineEntry, timeline
from crm.opportunities.queries import list_opportunities_of
from crm.records.services import note_recent

from .panels import Sides
from .queries import RecordSummary, list_staff_contacts

NO_TIMELINE = frozenset({"interaction", "followup"})
KINDS_WITH_OPPORTUNITIES = frozenset({"organization", "person", "product", "project", "need", "representation"})
WITH_PEOPLE = frozenset({"organization", "person"})
TABS: tuple[tuple[str, Lazy, tuple[str, ...]], ...] = (
    ("", _l("All"), ()),
    ("meetings", _l("Meetings"), ("meeting", "visit", "introduction", "session")),
    ("calls", _l("Calls"), ("call",)),
    ("wechat", _l("WeChat"), ("wechat",)),
    ("mail", _l("Email"), ("email",)),
    ("notes", _l("Notes"), ("note", "lead")),
    ("done", _l("Done"), ("followup",)),
)
"""Tabs of the timeline: name in the address, label, kinds."""


@dataclass(frozen=True)
class History:
    """The timeline of a record's page: what is to come, then months of what was."""

    tab: str
    q: str
    coming: list[TimelineEntry]
    months: list[tuple[str, list[TimelineEntry]]]
    more: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not self.coming and not self.months


def build_record_page(
    actor: Actor, record: Record, section: str, summary: RecordSummary, panels: Sides | None = None
) -> dict[str, Any]:
    """Return what the template of every record's page needs.

    Marks `section` in the navigation, and notes the visit after the request.
    """
    g.section = section
    user_id, record_id = actor.id, record.id
    if user_id is not None:
        g.after_commit.append(lambda: note_recent(user_id, record_id))
    context: dict[str, Any] = {"record": record, "summary": summary, "panels": panels, "timeline_tabs": TABS}
    if panels is None and record.kind in KINDS_WITH_OPPORTUNITIES:
        context["case_rows"] = list_opportunities_of(actor, [record.id])[record.id]
    if panels is None and record.kind in WITH_PEOPLE:
        context["known_by"] = list_staff_contacts(actor, record)
    context["history"] = None if record.kind in NO_TIMELINE else history_of(actor, record)
    return context


def history_of(actor: Actor, record: Record) -> History:
    """Read tab, words and cursor from the address (`tab`, `find`, `older`), and ask for that page of the timeline."""
    tab = request.args.get("tab", "")
    kinds = next((kinds for name, _label, kinds in TABS if name == tab), ())
    q, cursor = request.args.get("find", "")[:100], request.args.get("older") or None
    page = timeline(actor, record.id, kinds, q, cursor)
    return History(tab, q, page.coming, _by_month(page.entries, actor.zone), page.more)


def _by_month(entries: list[TimelineEntry], zone: str) -> list[tuple[str, list[TimelineEntry]]]:
    def month(entry: TimelineEntry) -> str:
        return formats.month(entry.at.astimezone(ZoneInfo(zone)).date())

    return [(name, list(some)) for name, some in groupby(entries, key=month)]
