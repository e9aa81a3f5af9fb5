"""The blueprint of accounts; the other modules of this package add its views."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from crm.accounts.auth import init_auth
from crm.core.web.blueprint import Feature
from crm.core.web.commands import Command, add_command
from crm.core.words import _l

bp = Feature("accounts", __name__)
THEME_WORDS = _l("Change theme")
for command in (
    Command("accounts.profile", _l("Profile"), "people", _l("Settings")),
    Command("accounts.profile", _l("Light theme"), "sun", THEME_WORDS, control='[data-theme-set="light"]'),
    Command("accounts.profile", _l("Dark theme"), "moon", THEME_WORDS, control='[data-theme-set="dark"]'),
    Command("accounts.profile", _l("System theme"), "auto", THEME_WORDS, control='[data-theme-set=""]'),
    Command("accounts.profile", _l("Sign out"), "signout", control="[data-signout] button"),
    Command("accounts.password", _l("Change password"), "key", _l("security")),
    Command("accounts.factors", _l("Two-factor authentication"), "key", _l("2FA passkey authenticator security")),
    Command("accounts.new", _l("Invite user"), "people", _l("new colleague")),
    Command("accounts.security_log", _l("Security log"), "shield"),
    Command("accounts.exports", _l("Exports"), "download", _l("Log")),
):
    add_command(command)


@bp.record_once
def _start(state: Any) -> None:
    init_auth(state.app)


@bp.app_context_processor
def _own_account() -> dict[str, str]:
    """Provide the URL of the profile for the menu of the page frame."""
    return {"profile_url": url_for("accounts.profile")} if g.get("actor") else {}
