"""The edge of the web: one transaction per request, response headers, and work after the commit and the response."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from crm.core import clock
from crm.core.data.base import db, writes_first
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.receipts import write_receipt_url
from crm.core.errors import BadRequest
from crm.core.hooks import REQUEST_ENDS
from crm.core.web.errors import ERROR_HANDLERS, database_away, stale
from crm.core.web.security import SAFE, fixed_headers
from crm.core.words import _

log = structlog.get_logger()
actor_loader: list[Callable[[], Any]] = []
"""The function that returns the request's Actor or None; set by accounts."""
READS: set[str] = set()
"""Endpoints whose POST only reads (`reads=True` of the route): SQLite begins no write transaction for them."""

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class RowId(IntegerConverter):
    """URL converter for row ids: a number that a table can hold; a larger one is a 404."""

    def __init__(self, map: Map, *args: Any, **kw: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **kw})


def init_edge(app: Flask) -> None:
    """Install the edge around every request."""
    app.url_map.converters["int"] = RowId
    if app.config["CRM_PROXIES"]:
        # Not X-Forwarded-Host: a proxy passes Host itself, and TRUSTED_HOSTS checks it.
        proxies = app.config["CRM_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    app.before_request(_begin)
    # Flask runs these in reverse order: `_finish`, `_headers`, `_after_end`.
    app.after_request(_after_end)
    app.after_request(_headers)
    app.after_request(_finish)
    app.teardown_request(_clear_session)
    for error_class, handler in ERROR_HANDLERS.items():
        app.register_error_handler(error_class, handler)


def _begin() -> None:
    """Choose the kind of transaction before the first statement, refuse NUL characters, load the actor."""
    g.actor = None
    g.after_commit = []
    g.after_end = []
    g.after_response = []
    g.request_started_at = clock.now()
    g.request_id = uuid.uuid4().hex[:12]
    _limit_text()
    structlog.contextvars.bind_contextvars(request=g.request_id)
    g.writes = writes_first(on=request.method not in SAFE and request.endpoint not in READS)
    if request.endpoint in ("static", "healthz"):
        return
    _refuse_other_types()
    _refuse_nul()
    g.actor = actor_loader[0]() if actor_loader else None
    act_as(db.session(), g.actor, ChangeSource.web)


def _limit_text() -> None:
    """Limit a body without files to the size of texts (three characters a byte); the library limits only multipart."""
    if request.mimetype != "multipart/form-data":
        most = 3 * int(current_app.config["MAX_FORM_MEMORY_SIZE"])
        request.max_content_length = min(most, int(current_app.config["MAX_CONTENT_LENGTH"]))


def _refuse_other_types() -> None:
    """Refuse a body that isn't a form: the library of forms would read JSON as fields, of any type and unchecked."""
    is_ours = request.url_rule is not None and request.method not in SAFE
    if is_ours and request.mimetype not in ("", *FORM_TYPES):
        request.get_data(cache=False)  # a body over the limit is refused as such
        raise BadRequest(_("Go back to the form and submit it again."))


def _refuse_nul() -> None:
    texts = [request.path]
    for name, value in request.args.items(multi=True):
        texts += [name, value]
    if request.method not in SAFE and request.mimetype in FORM_TYPES:
        for name, value in request.form.items(multi=True):
            texts += [name, value]
        texts += [file.filename or "" for _name, file in request.files.items(multi=True)]
    if any("\x00" in text for text in texts):
        raise BadRequest(_("Remove the invalid character (NUL) from your text, then submit it again."))


def _finish(response: Response) -> Response:
    """Commit if the response is good, roll back otherwise; a failed commit is a 503 that keeps the entered text."""
    if request.endpoint == "static":
        return response
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        for hook in REQUEST_ENDS:
            response = hook(response)
        if response.status_code >= 400:
            drop_success_message()
            db.session.rollback()
            return response
        receipt_uid = g.pop("receipt_uid", None)
        if receipt_uid is not None:
            write_receipt_url(
                receipt_uid, response.headers.get("Location") or response.headers.get("HX-Redirect") or "/"
            )
        db.session.commit()
    except StaleDataError as problem:
        drop_success_message()
        return stale(problem)
    except DBAPIError as error:
        drop_success_message()
        log.exception("commit_failed")
        db.session.rollback()
        return database_away(error)
    _after_commit()
    _schedule_after_response(response)
    return response


def drop_success_message() -> None:
    """Roll back the success message: nothing was saved. A page that says so must call it before it is rendered."""
    session.pop("_flashes", None)


def _after_commit() -> None:
    """Run what waited for the commit. The response is complete: errors here are logged and change nothing."""
    _run_hooks("after_commit")


def _schedule_after_response(response: Response) -> None:
    """Run what nobody waits for once the response was sent; the request, and so `g`, has ended then."""
    hooks, request_id = g.pop("after_response", []), g.request_id
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way

    def run() -> None:
        with app.app_context(), structlog.contextvars.bound_contextvars(request=request_id):
            _run_all("after_response", hooks)

    if hooks:
        response.call_on_close(run)


def _after_end(response: Response) -> Response:
    """Run what waited for the end of the request's transaction, whether it was committed or rolled back."""
    _run_hooks("after_end")
    return response


def _run_hooks(name: str) -> None:
    _run_all(name, g.pop(name, []))


def _run_all(name: str, hooks: Iterable[Callable[[], Any]]) -> None:
    for hook in hooks:
        try:
            hook()
        except SQLAlchemyError:
            log.exception("hook_failed", hook=name)


def _clear_session(_error: BaseException | None) -> None:
    token = g.pop("writes", None)
    if token is not None:
        token.var.reset(token)
    structlog.contextvars.clear_contextvars()


def _headers(response: Response) -> Response:
    for name, value in fixed_headers(https=current_app.config["CRM_BASE_URL"].startswith("https:")).items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
