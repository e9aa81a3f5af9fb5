"""What every record's page hands to its template, and the note that it was opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import g

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.core.web.layout import load_side_sections
from crm.records.services import note_recent

from .panel_plans import PanelPlan
from .queries import RecordSummary
from .timelines import load_history_tab

NO_TIMELINE = frozenset({"interaction", "followup"})


def build_record_page(
    actor: Actor, record: Record, section: str, summary: RecordSummary, plan: PanelPlan, **more: Callable[[], Any]
) -> dict[str, Any]:
    """Return what the template of every record's page needs, and what `more` loads for it under the same names.

    Marks `section` in the navigation, and notes the visit after the response.
    """
    g.section = section
    user_id, record_id = actor.id, record.id
    if user_id is not None:
        g.after_response.append(lambda: note_recent(user_id, record_id))
    history = partial(load_history_tab, actor, record) if record.kind not in NO_TIMELINE else lambda: None
    sides = partial(load_side_sections, actor)
    panels, tab, _sides, *rest = run_together(plan.build, history, sides, *more.values())
    panels = panels.without_add_links() if record.archived_at else panels
    page = {"record": record, "summary": summary, "panels": panels, "history": tab}
    return page | dict(zip(more, rest, strict=True))
