"""The blueprint of accounts; the other modules of this package add its views."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from crm.accounts.auth import init_auth
from crm.core.web.blueprint import Feature

bp = Feature("accounts", __name__)


@bp.record_once
def _start(state: Any) -> None:
    init_auth(state.app)


@bp.app_context_processor
def _own_account() -> dict[str, str]:
    """Provide the URL of the profile for the menu of the page frame."""
    return {"profile_url": url_for("accounts.profile")} if g.get("actor") else {}
