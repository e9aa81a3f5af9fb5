"""The blueprint of changes from lists."""

from __future__ import annotations

from crm.core.web.blueprint import Feature

bp = Feature("bulk", __name__)
