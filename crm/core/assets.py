"""Static files under a path that changes with their content, and the settings Flask's own parts want."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from .db import database_url

ROOT = Path(__file__).resolve().parents[2]


@cache
def release() -> str:
    """A short hash of all static files: the path segment that makes them cachable forever."""
    seen = hashlib.sha256()
    for file in sorted((ROOT / "static").rglob("*")):
        if file.is_file():
            seen.update(file.relative_to(ROOT).as_posix().encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()[:12]


def flask_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Derive the configuration of Flask and its extensions from ours."""
    https = settings["CRM_BASE_URL"].startswith("https:")
    return {
        **settings,
        "SECRET_KEY": settings["CRM_SECRET_KEY"],
        "SQLALCHEMY_DATABASE_URI": database_url(settings["CRM_DATABASE_URL"]),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(database_url(settings["CRM_DATABASE_URL"])),
        "SESSION_COOKIE_NAME": "causeway",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": settings["CRM_UPLOAD_MB"] * 1024 * 1024 + 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": _hosts(settings),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


def _hosts(settings: Mapping[str, Any]) -> list[str]:
    from urllib.parse import urlsplit  # noqa: PLC0415

    named = [h.strip() for h in settings["CRM_TRUSTED_HOSTS"].split(",") if h.strip()]
    own = urlsplit(settings["CRM_BASE_URL"]).hostname
    return ["127.0.0.1", "localhost", "[::1]", *([own] if own else []), *named]


def init_assets(app: Flask, name: str) -> None:
    """Serve static files fast and for good; `static_url` gives their address in templates."""
    prefix = f"/static/{name}/"
    app.jinja_env.globals["static_url"] = lambda path: prefix + path
    if not app.testing:
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(ROOT / "static"),
            prefix=prefix,
            immutable_file_test=lambda _path, url: url.startswith(prefix),
        )
