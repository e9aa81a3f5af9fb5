"""The edge of the web: one transaction a request, refusals as pages, headers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from . import clock
from .audit import Via, act_as
from .db import db, writes_first
from .errors import AlreadyDone, BadRequest, Conflict, Forbidden, Invalid, NotFound
from .words import _, _l

log = structlog.get_logger()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
load_actor: list[Callable[[], Any]] = []
"""Who says who is asking: set once by accounts; gives an Actor or None."""


class SignInNeeded(Exception):
    """A guest asks for what guests may not have."""


def init_edge(app: Flask) -> None:
    """Put the edge around every request."""
    app.before_request(_begin)
    app.after_request(_headers)
    app.after_request(_finish)
    app.teardown_request(_forget)
    for problem, answer in ANSWERS.items():
        app.register_error_handler(problem, answer)


def _begin() -> None:
    """Choose the kind of transaction before the first statement, refuse NUL, find the actor."""
    g.actor = None
    g.after_commit = []
    g.asked_at = clock.now()
    g.request_id = uuid.uuid4().hex[:12]
    structlog.contextvars.bind_contextvars(request=g.request_id)
    g.writes = writes_first(on=request.method not in SAFE)
    if request.endpoint in ("static", "healthz"):
        return
    _refuse_nul()
    g.actor = load_actor[0]() if load_actor else None
    act_as(db.session(), g.actor, Via.web)


def _refuse_nul() -> None:
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if request.method not in SAFE and request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        texts += [*request.form.keys(), *(x for name in request.form for x in request.form.getlist(name))]
    if any("\x00" in text for text in texts):
        raise BadRequest(_("The text holds a character that cannot be kept (NUL). Remove it and send again."))


def _finish(response: Response) -> Response:
    """Commit when the answer is good, roll back otherwise; a failed commit is a 503 that keeps the text."""
    if request.endpoint == "static":
        return response
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        receipt = g.pop("receipt", None)
        if receipt is not None:
            receipt.url = (response.headers.get("Location") or response.headers.get("HX-Redirect") or "/")[:500]
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return _page(409, _l("Somebody was faster"), _l("The record changed while you worked on it. Open it again."))
    except DBAPIError as error:
        db.session.rollback()
        log.exception("commit_failed")
        return _database_away(error)
    for hook in g.pop("after_commit", []):
        hook()
    return response


def _forget(_error: BaseException | None) -> None:
    token = g.pop("writes", None)
    if token is not None:
        token.var.reset(token)
    structlog.contextvars.clear_contextvars()


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if current_app.config["CRM_BASE_URL"].startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def kept_text() -> list[tuple[str, str]]:
    """What the person typed in the form that could not be taken: name and text, secrets left out."""
    if request.method in SAFE:
        return []
    secret = ("password", "token", "uid", "version", "next")
    return [
        (k, x) for k in request.form for x in request.form.getlist(k) if x.strip() and not any(s in k for s in secret)
    ]


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _page(status: int, title: object, message: object, **more: Any) -> Response:
    if wants_json():
        answer = jsonify(error=str(title), message=str(message))
        answer.status_code = status
        return answer
    try:
        kept = kept_text()
    except HTTPException:
        kept = []
    return make_response(
        render_template("_ui/error.html", status=status, title=title, message=message, kept=kept, **more), status
    )


def _sign_in(_problem: SignInNeeded) -> Response:
    """A guest's GET goes to the sign-in page and back; anything else is a 401 that keeps the text."""
    db.session.rollback()
    target = url_for("accounts.login", next=request.full_path.rstrip("?"))
    if request.method == "GET" and not request.headers.get("HX-Request") and not wants_json():
        return Response("", 303, {"Location": target})
    answer = _page(
        401,
        _l("Please sign in again"),
        _l("Your session has ended. Your text is below; sign in and send it again."),
        sign_in=target,
    )
    if request.headers.get("HX-Request"):
        answer.headers["HX-Redirect"] = url_for("accounts.login", next="/")
    return answer


def _conflict(problem: Conflict) -> Response:
    db.session.rollback()
    return _page(
        409, _l("This was already changed"), problem.message, theirs=problem.theirs, record_url=problem.record_url
    )


def _already_done(problem: AlreadyDone) -> Response:
    db.session.rollback()
    if request.headers.get("HX-Request"):
        return Response("", 200, {"HX-Redirect": problem.url})
    return Response("", 303, {"Location": problem.url})


def _database_away(_error: Exception) -> Response:
    g.actor = None
    return _page(
        503,
        _l("The database does not answer"),
        _l("Nothing was saved. Your text is below; try again in a minute."),
        retry=True,
    )


def _operational(error: OperationalError) -> Response:
    db.session.rollback()
    log.error("database_away", error=str(error.orig))
    return _database_away(error)


def _http(error: HTTPException) -> Response:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    title, message = HTTP_WORDS.get(error.code, (error.name, error.description or ""))
    answer = _page(error.code, title, message)
    for name, text in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = text
    return answer


def _broken(error: Exception) -> Response:
    db.session.rollback()
    log.error("unexpected", path=request.path, exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    return _page(
        500,
        _l("Something broke"),
        _l("Nothing was saved. The number below helps to find out why."),
        number=g.get("request_id"),
    )


def _simple(status: int, title: object, message: object) -> Callable[[Any], Response]:
    def answer(problem: Any) -> Response:
        db.session.rollback()
        return _page(status, title, getattr(problem, "message", None) or message)

    return answer


HTTP_WORDS: dict[int, tuple[object, object]] = {
    400: (_l("That request cannot be read"), _l("Go back and try again.")),
    404: (_l("Nothing here"), _l("There is no such page or record, or it is not yours to see.")),
    405: (_l("Not this way"), _l("This address is not opened like that. Start from the page it belongs to.")),
    413: (_l("Too large"), _l("The file or text is larger than this site takes. Send a smaller one.")),
    429: (_l("Too many tries"), _l("Wait a little, then try again.")),
}

ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    SignInNeeded: _sign_in,
    NotFound: _simple(404, *HTTP_WORDS[404]),
    Forbidden: _simple(
        403, _l("Not yours to do"), _l("Your role does not allow this. Ask your manager or administrator.")
    ),
    Invalid: _simple(422, _l("That cannot be taken"), _l("Something is missing or wrong.")),
    BadRequest: _simple(400, *HTTP_WORDS[400]),
    CSRFError: _simple(
        400, _l("The form is too old"), _l("Your text is below. Open the page again, then send it once more.")
    ),
    Conflict: _conflict,
    StaleDataError: lambda _problem: _conflict(Conflict(_("Somebody changed this in the meantime."))),
    AlreadyDone: _already_done,
    OperationalError: _operational,
    HTTPException: _http,
    Exception: _broken,
}
