"""The blueprint of accounts; its views stand in the modules beside."""

from __future__ import annotations

from crm.accounts.auth import init_auth
from crm.core.web import Feature

bp = Feature("accounts", __name__)
bp.record_once(lambda state: init_auth(state.app))
