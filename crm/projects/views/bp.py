"""The blueprint of projects, and their places in the menus."""

from __future__ import annotations

from crm.core.hooks import RECORD_FORMS
from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.web.commands import Command, add_command
from crm.core.words import _l

bp = Feature("projects", __name__, url_prefix="/projects")
layout.add_nav_entry("projects.index", _l("Projects"), "project", 40)
layout.add_new_entry("projects.new", _l("Project"), "project", 50, _l("New project"))
layout.add_new_entry("projects.paste", _l("Lead from email"), "mail", 51)
add_command(Command("projects.board", _l("Lead board"), "project", _l("Board")))
RECORD_FORMS["need"] = "projects.need", _l("Add need")
