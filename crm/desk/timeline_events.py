"""The events of a record's timeline: stages, files, and changes of fields.

Each source returns only what the panels and the history of the page show its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from flask import url_for

from crm.core.data.page_positions import PagePosition, select_page
from crm.core.data.pointers import may_have_rows
from crm.core.data.record import Record
from crm.core.policy import Actor, can
from crm.core.words import _, join_facts
from crm.interactions.queries import EventSource, TimelineEvent, list_files_of_interactions
from crm.opportunities.history import StageMoveRow, list_stage_moves
from crm.opportunities.queries import list_opportunity_ids_of
from crm.projects.queries import LeadMoveRow, list_lead_moves
from crm.records.file_queries import NewFileRow, list_new_files
from crm.records.queries import ATTACHED

from .history import load_changes
from .history_entries import HistoryEntry, build_merge_entries

Load: TypeAlias = Callable[[Actor, Record, PagePosition | None, str, int], Sequence[TimelineEvent]]


def list_sources(actor: Actor, record: Record, kinds: Collection[str]) -> list[EventSource]:
    """Return the sources of these kinds of events; without kinds those of the whole timeline."""
    return [partial(SOURCES[kind], actor, record) for kind in kinds or DEFAULT_KINDS if kind in SOURCES]


def _list_stages(
    actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    """Return the moves of an opportunity, or of the opportunities on the record's page."""
    moves = list_stage_moves(_list_opportunity_ids(actor, record), before, text, limit)
    urls = {i: url_for("desk.opportunity", id=i) for i in {move.opportunity_id for move in moves} - {record.id}}
    return [_build_stage(move, urls.get(move.opportunity_id, "")) for move in moves]


def _list_opportunity_ids(actor: Actor, record: Record) -> list[int]:
    return [record.id] if record.kind == "opportunity" else list_opportunity_ids_of(actor, record.id)


def _build_stage(move: StageMoveRow, url: str) -> TimelineEvent:
    return TimelineEvent(
        at=move.at,
        id=move.id,
        icon="arrow",
        text=f"{move.old} → {move.new}" if move.old else _("Opportunity added: %(stage)s", stage=move.new),
        details=join_facts((move.user_name, move.why)),
        about=move.label,
        about_url=url,
    )


def _list_lead_stages(
    _actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    """Return the moves of a project as a lead, all of which its page reads anyway."""
    moves = list_lead_moves(record.id) if record.kind == "project" else ()
    return [
        _build_lead_stage(move)
        for move in select_page((m for m in moves if _has_text(text, m.new, m.why)), before, limit)
    ]


def _build_lead_stage(move: LeadMoveRow) -> TimelineEvent:
    return TimelineEvent(
        at=move.at,
        id=move.id,
        icon="arrow",
        text=f"{move.old} → {move.new}" if move.old else _("Lead added: %(stage)s", stage=move.new),
        details=join_facts((move.user_name, move.why)),
    )


def _list_files(
    actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    """Return the files of the record, and of the opportunities on its page."""
    ids = [record.id] if may_have_rows(record.id, ATTACHED) else []
    ids += [i for i in _list_opportunity_ids(actor, record) if i not in ids]
    return [_build_file(record, file) for file in list_new_files(ids, before, text, limit)] if ids else []


def _list_interaction_files(
    actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    """Return the files of interactions, for the tab *Files*: elsewhere interactions show how many files they have."""
    return [_build_file(record, file) for file in list_files_of_interactions(actor, record.id, before, text, limit)]


def _build_file(record: Record, file: NewFileRow) -> TimelineEvent:
    is_own = file.record_id == record.id
    return TimelineEvent(
        at=file.at,
        id=file.id,
        icon="clip",
        text=_("File added:"),
        title=file.name,
        url=url_for("records.file", id=file.id),
        details=file.by or "",
        about=file.label or file.native_label,
        about_url="" if is_own else url_for(f"desk.{file.kind}", id=file.record_id),
    )


def _list_changes(
    actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    """Return the changes that the record's history shows."""
    entries = load_changes(actor, record) if can(actor, "record:see", record) else ()
    return _build_changes(record, entries, before, text, limit)


def _list_merges(
    actor: Actor, record: Record, before: PagePosition | None, text: str, limit: int
) -> Sequence[TimelineEvent]:
    entries = build_merge_entries(record) if can(actor, "record:see", record) else ()
    return _build_changes(record, entries, before, text, limit)


def _build_changes(
    record: Record, entries: Iterable[HistoryEntry], before: PagePosition | None, text: str, limit: int
) -> list[TimelineEvent]:
    # Values aren't searched: a result would reveal a hidden one.
    matching = (entry for entry in entries if _has_text(text, entry.title, *_list_labels(entry)))
    return [_build_change(record, entry) for entry in select_page(matching, before, limit)]


def _list_labels(entry: HistoryEntry) -> list[str]:
    return list(dict.fromkeys(field.label for field in entry.fields))


def _build_change(record: Record, entry: HistoryEntry) -> TimelineEvent:
    """Return the labels of the changed fields, with a link to the history, which has their values."""
    text, title = "", entry.title
    if entry.action == "changed":
        text = f"{entry.row_label}:" if entry.row_label else _("Changed:")
        title = ", ".join(_list_labels(entry))
    return TimelineEvent(
        at=entry.at,
        id=entry.id,
        icon="note",
        text=text,
        title=title,
        url=entry.url or url_for("desk.history", id=record.id),
        details=entry.user_name or _("Causeway"),
    )


def _has_text(text: str, *values: object) -> bool:
    return any(text.casefold() in str(value or "").casefold() for value in values)


DEFAULT_KINDS = ("stage", "lead_stage", "file")
"""The kinds of events in the tab of all entries; changes of fields would be too many."""
SOURCES: dict[str, Load] = {
    "stage": _list_stages,
    "lead_stage": _list_lead_stages,
    "file": _list_files,
    "interaction_file": _list_interaction_files,
    "change": _list_changes,
    "merge": _list_merges,
}
