"""Pages that show many features together."""

from __future__ import annotations

from crm.core.web.blueprint import Feature

bp = Feature("desk", __name__)

from . import (  # noqa: E402, F401 - routes
    city,
    client_records,
    gift,
    help_page,
    history,
    interaction,
    milestone,
    opportunity,
    organization,
    person,
    project,
    show,
    tariff_note,
    today,
)
