"""The blueprint of emails to people."""

from __future__ import annotations

from crm.core.web.blueprint import Feature

bp = Feature("mailings", __name__)
