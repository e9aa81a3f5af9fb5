"""The blueprint of interactions and its entries in the menu "New"."""

from __future__ import annotations

from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.words import _l

bp = Feature("interactions", __name__)
layout.add_nav_entry("interactions.index", _l("Interactions"), "log", 55)
layout.add_new_entry("interactions.log", _l("Quick log"), "log", 10)
layout.add_new_entry("interactions.new", _l("Log interaction"), "log", 12)
layout.add_new_entry("interactions.paste", _l("Paste email"), "mail", 13)
layout.add_new_entry("interactions.inquiry", _l("Inquiry"), "people", 16, _l("New inquiry"))
