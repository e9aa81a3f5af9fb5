"""Pages that show many features together."""

from __future__ import annotations

from crm.core.web.blueprint import Feature

bp = Feature("desk", __name__)

from . import city, contact, history, opportunity, organization, parts, person, project, show, today  # noqa: E402, F401 - routes
