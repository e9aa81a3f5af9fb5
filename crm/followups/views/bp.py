"""The blueprint of follow-ups and its navigation entries."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.web.commands import Command, add_command
from crm.core.words import _l
from crm.followups.days import row_choices
from crm.followups.policy import LaterChoice

bp = Feature("followups", __name__, url_prefix="/followups")
layout.add_nav_entry("followups.index", _l("Follow-ups"), "followup", 80)
add_command(Command("followups.index", _l("My follow-ups"), "followup", args=(("view", "mine"),)))
add_command(Command("followups.index", _l("My overdue follow-ups"), "alert", args=(("view", "late"),)))
layout.add_new_entry("followups.new", _l("Follow-up"), "followup", 15, _l("New follow-up"))


@bp.app_context_processor
def _choices() -> dict[str, Any]:
    """Provide the choices for postponing to rows of follow-ups; computed once per page."""
    return {"later_choices": _later_choices}


def _later_choices() -> list[LaterChoice]:
    if "later_choices" not in g:
        g.later_choices = row_choices(g.actor)
    choices: list[LaterChoice] = g.later_choices
    return choices
