"""The panel of records that were merged into a record."""

from __future__ import annotations

from flask import url_for

from crm.core import clock
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.panels import Action, Panel, PanelRow, Span, note
from crm.core.words import _

from .policy import KINDS, is_too_old, may_unmerge
from .queries import MergeRow, list_merges


def build_merged_records(actor: Actor, record: Record) -> Panel | None:
    """Return the records that were merged into this one; None for kinds that can't be merged."""
    if record.kind not in KINDS:
        return None
    return Panel(_("Merged records"), rows=tuple(_build_row(actor, record, merge) for merge in list_merges(record.id)))


def _build_row(actor: Actor, record: Record, merge: MergeRow) -> PanelRow:
    may_undo = may_unmerge(actor, record, is_own=merge.user_id == actor.id) and not is_too_old(merge.at, clock.now())
    url = url_for("merging.show", id=merge.id)
    return PanelRow(
        title=Span(merge.name, url=url, css="link"),
        icon="merge",
        lines=note(formats.day(merge.at.date()), merge.user_name),
        actions=(Action(_("Undo…"), url, about=merge.name),) if may_undo else (),
    )
