"""Flask-Security for what it is good at: hashing of passwords and signed, expiring links. Nothing of its own routes.

docs/adr/0003-accounts.md says why; sessions, rights, throttle, pages and mails are ours.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.web.edge import load_actor

from .policy import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from .sessions import actor_of_request

SETTINGS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # argon2 salts by itself; a second key made from CRM_SECRET_KEY would lock everybody out when that key is changed.
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": MIN_PASSWORD_LENGTH,
    "SECURITY_PASSWORD_LENGTH_MAX": MAX_PASSWORD_LENGTH,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


def init_auth(app: Flask) -> None:
    """Bind the library without its blueprint, and say who finds out who is asking."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    # Its types ask for a mixin with roles and permissions; for hashes and links the columns of our user are enough.
    users: Any = SQLAlchemyUserDatastore
    security = Security(app, users(db, User, None), register_blueprint=False)
    # It would ask for its own session cookie before each request, and take tokens from the address.
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001 - it has no switch
    security.login_manager.request_loader(None)
    security.login_manager.user_loader(lambda _id: None)
    security.login_manager.session_protection = None
    load_actor[:] = [actor_of_request]
