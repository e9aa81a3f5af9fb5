"""Pages of milestones."""

from __future__ import annotations

from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.web.commands import Command, add_command
from crm.core.words import _l

bp = Feature("impact", __name__, url_prefix="/milestones")
layout.add_new_entry("impact.new", _l("Milestone"), "star", 80, _l("New milestone"))
add_command(Command("impact.index", _l("Milestones"), "star", _l("results impact success")))

from . import answers, milestones, plans, surveys  # noqa: E402, F401 - routes
