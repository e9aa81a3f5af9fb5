"""Pages that show many features together."""

from __future__ import annotations

from crm.core.web import Feature

bp = Feature("desk", __name__)

from . import history, opportunity, organization, parts, person, project, show  # noqa: E402, F401 - they put their routes on `bp`
