"""Pages of reports and reviews, and the lists that their numbers open."""

from __future__ import annotations

from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.words import _l

bp = Feature("reports", __name__, url_prefix="/reports")
layout.add_nav_entry("reports.index", _l("Reports"), "report", 70)

from . import custom, dashboard, pages, reviews, targets  # noqa: E402, F401 - routes
