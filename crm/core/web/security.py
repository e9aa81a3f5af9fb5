"""CSRF protection, response headers, names of cookies, and a demo that serves this computer only."""

from __future__ import annotations

import hashlib
import re

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import Signer

from config import is_loopback
from crm.core.forms.csrf import csrf_token, unmask_token
from crm.core.words import _

# Used for links, form tokens and the cookie of known devices; the library's default is SHA-1.
Signer.default_digest_method = staticmethod(hashlib.sha256)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""HTTP methods that change nothing."""
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_FORWARDED_FOR = re.compile(r"for=\"?(\[[^\]]*\]|[^\s;,\":]+)", re.IGNORECASE)


class SessionCookies(SecureCookieSessionInterface):
    """Session cookies signed with SHA-256."""

    digest_method = staticmethod(hashlib.sha256)


class MaskedProtection(CSRFProtect):
    """Protection whose tokens arrive masked (core.forms.csrf)."""

    def _get_csrf_token(self) -> str:
        return unmask_token(super()._get_csrf_token() or "")


csrf = MaskedProtection()


def init_demo_guard(app: Flask) -> None:
    """In the demo, respond to requests from other computers with 403 before anything else handles them."""
    if app.config["CRM_DEMO"]:
        app.before_request(_refuse_remote)


def init_security(app: Flask) -> None:
    """Sign cookies, and refuse unsafe requests without the session's token."""
    app.session_interface = SessionCookies()
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.context_processor(lambda: {"csrf_token": csrf_token})


def _refuse_remote() -> Response | None:
    """Return a 403 for a request that doesn't come from this computer; proxies in front of the demo name the client."""
    if not current_app.config["CRM_DEMO"] or all(map(is_loopback, _callers())):
        return None
    message = _("This demo has public passwords, so you can open it only on the computer it runs on.")
    return Response(f"{message}\n", 403, mimetype="text/plain")


def _callers() -> list[str | None]:
    """Return the address of the connection and every address that a proxy forwards for."""
    headers = request.headers
    addresses = [x.strip() for name in ("X-Forwarded-For", "X-Real-IP") for x in headers.get(name, "").split(",")]
    addresses += _FORWARDED_FOR.findall(headers.get("Forwarded", ""))
    return [request.remote_addr, *(x for x in addresses if x)]


def cookie_name(name: str) -> str:
    """Return the full name of a cookie: with `__Host-`, browsers accept it over https and from this host only."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def fixed_headers(*, https: bool) -> dict[str, str]:
    """Return the headers of every response, static files included."""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers
