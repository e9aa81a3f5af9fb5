"""Pages that show many features together."""

from __future__ import annotations

from crm.core.web.blueprint import Feature

bp = Feature("desk", __name__)

from . import city, client_records, history, interaction, opportunity, organization, person, project, show, today  # noqa: E402, F401 - routes
