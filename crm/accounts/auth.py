"""Set up Flask-Security for password hashing and signed, expiring links; its routes are not used.

Reasons: docs/adr/0003-accounts.md. Sessions, rights, throttling, pages and emails are this package's own.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.web.edge import actor_loader

from .policy import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from .sessions import load_request_actor

SETTINGS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # argon2 adds its own salt. A second key made from CRM_SECRET_KEY would lock out all users when that key changes.
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": MIN_PASSWORD_LENGTH,
    "SECURITY_PASSWORD_LENGTH_MAX": MAX_PASSWORD_LENGTH,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


def init_auth(app: Flask) -> None:
    """Bind the library to the application without its blueprint, and register the loader of the actor."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    # The library's types require a mixin with roles and permissions; hashes and links only need the columns of `User`.
    users: Any = SQLAlchemyUserDatastore
    security = Security(app, users(db, User, None), register_blueprint=False)
    # Otherwise the library reads its own session cookie before each request, and tokens from the URL.
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001 - no setting for it
    security.login_manager.request_loader(None)
    security.login_manager.user_loader(lambda _id: None)
    security.login_manager.session_protection = None
    actor_loader[:] = [load_request_actor]
