"""Errors as pages, or as JSON if the client accepts it: what happened, whether input was preserved, what to do."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, current_app, g, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from crm.core.data.base import db
from crm.core.data.disk import is_disk_full
from crm.core.errors import (
    AlreadyDone,
    BadRequest,
    Conflict,
    Forbidden,
    FreshSignInNeeded,
    Invalid,
    NotFound,
    RecordMerged,
    SignInNeeded,
)
from crm.core.logs import loggable_path
from crm.core.web.error_page import error_page, readable_form, wants_json
from crm.core.web.redirects import redirect_url
from crm.core.web.resume import page_of_form, read_pending_form
from crm.core.words import _, _l

log = structlog.get_logger()


def _sign_in(_problem: SignInNeeded) -> Response:
    text = _l("Your session expired. Sign in to submit it again.")
    return _ask_identity("accounts.login", _l("Sign in again"), text, "sign_in")


def _confirm(_problem: FreshSignInNeeded) -> Response:
    text = _l("You signed in a while ago. Enter your password to continue. Nothing has been saved yet.")
    return _ask_identity("accounts.confirm", _l("Confirm it's you"), text, "confirm")


def _ask_identity(endpoint: str, title: object, message: object, form_name: str) -> Response:
    """Redirect a GET to a page that asks who the user is, and back; a form is a 401 that keeps the entered text.

    `form_name`: the form that the error page shows, `sign_in` or `confirm`.
    """
    db.session.rollback()
    back_to = page_of_form()
    target = url_for(endpoint, next=back_to)
    if request.method == "GET" and not request.headers.get("HX-Request") and not wants_json():
        return Response("", 303, {"Location": target})
    more = {form_name: target, "back_to": back_to, "pending_form": read_pending_form()}
    response = error_page(401, title, message, **more)
    if request.headers.get("HX-Request"):
        response.headers["HX-Redirect"] = target
    return response


def _too_old(_problem: CSRFError) -> Response:
    """Respond to a form whose token is from an earlier session: show its text, and offer to submit it again.

    The page of a link in an email needs no sign-in, and outsiders who get such links have no account.
    """
    db.session.rollback()
    more = {"back_to": page_of_form()} if g.actor is None else {}
    message = _l("Nothing was saved. Check what you entered, then submit it again.")
    if more and "token" not in (request.view_args or {}):
        more["sign_in"] = url_for("accounts.login", next=more["back_to"])
        message = _l("Nothing was saved. Sign in, then submit what you entered again.")
    return error_page(400, _l("Your session expired"), message, pending_form=read_pending_form(), **more)


def _conflict(problem: Conflict) -> Response:
    db.session.rollback()
    more = {"saved_values": list(problem.saved_values.items()), "record_url": problem.record_url}
    return error_page(409, _l("This has already changed"), problem.message, **more)


def _redirect_merged(problem: RecordMerged) -> Response:
    """Redirect to the record into which the requested one was merged; a form is a 409 that keeps the entered text."""
    url = url_for("records.show", id=problem.record_id)
    if request.method == "GET":
        db.session.rollback()
        return redirect_url(url)  # type: ignore[return-value]
    return _conflict(Conflict(_("This record was merged into another one."), record_url=url))


def stale(_problem: StaleDataError) -> Response:
    """Respond that someone else changed the same row first."""
    db.session.rollback()
    return error_page(
        409,
        _l("Someone else updated this record"),
        _l("The record changed while you were working on it. Open it again to see the current version."),
    )


def _integrity_error(error: IntegrityError) -> Response:
    db.session.rollback()
    log.warning("refused_by_database", error=str(error.orig))
    return error_page(
        409,
        _l("This has already changed"),
        _l("Reload the page. The same entry already exists, or the record it belongs to was removed."),
    )


def _already_done(problem: AlreadyDone) -> Response:
    db.session.rollback()
    if request.headers.get("HX-Request"):
        return Response("", 200, {"HX-Redirect": problem.url})
    return Response("", 303, {"Location": problem.url})


def database_away(error: Exception) -> Response:
    """Respond 503: nothing was saved; keep the entered text."""
    if is_disk_full(error):
        return _disk_full()
    g.actor = None
    return error_page(
        503,
        _l("The database isn't responding"),
        _l("Nothing was saved. Try again in a minute."),
        pending_form=read_pending_form(),
    )


def _disk_full() -> Response:
    # The page layout would query the database; on a full disk that may fail as well.
    g.actor = None
    message = _l("Nothing was saved. Ask your administrator to free up disk space, then try again.")
    return error_page(503, _l("The server's disk is full"), message, pending_form=readable_form())


def _no_file(error: OSError) -> Response:
    """Respond to a file that couldn't be written: 503 on a full disk; other errors are ours."""
    if not is_disk_full(error):
        return _internal_error(error)
    db.session.rollback()
    log.error("disk_full", path=loggable_path(), error=str(error))
    return _disk_full()


def _operational(error: OperationalError | PoolTimeout) -> Response:
    db.session.rollback()
    log.error("database_away", error=str(getattr(error, "orig", error)))
    return database_away(error)


def _too_much(error: Exception) -> Response:
    """Respond that a value is too large or too deeply nested to be read or stored, and keep the entered text."""
    db.session.rollback()
    log.warning("input_refused", path=loggable_path(), error=type(error).__name__)
    return error_page(
        422,
        _l("We couldn't save this"),
        _l("Shorten what you entered: a value is too large or nested too deeply. Nothing was saved."),
        back_to=page_of_form(),
        pending_form=read_pending_form(),
    )


def _http(error: HTTPException) -> Response:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    title, message = HTTP_TEXTS.get(error.code, (error.name, error.description or ""))
    if error.code == 413:
        message = _(
            "Choose smaller files: the limit is %(most)s MB in total and 1 MB for text. Nothing was saved.",
            most=current_app.config["CRM_UPLOAD_MB"],
        )
    more = {"back_to": page_of_form()} if error.code == 413 else {}
    response = error_page(error.code, title, message, **more)
    for name, text in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = text
    return response


def _unknown_host(_error: SecurityError) -> Response:
    """Respond to a host name that isn't served: mostly a program guessed it, else a setting is wrong."""
    title = _l("Causeway isn't available at this address")
    message = _l("Use its usual address. An administrator can add this one to CRM_TRUSTED_HOSTS.")
    return error_page(400, title, message)


def _internal_error(error: Exception) -> Response:
    db.session.rollback()
    log.error("unexpected", path=loggable_path(), exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    return error_page(
        500,
        _l("Something went wrong"),
        _l("Nothing was saved. If this keeps happening, give your administrator the number below."),
        number=g.get("request_id"),
    )


def _simple(status: int, title: object, message: object) -> Callable[[Any], Response]:
    def respond(problem: Any) -> Response:
        db.session.rollback()
        # After a 422 the text can be corrected and submitted again on the page of the form.
        more = {"back_to": page_of_form()} if status == HTTPStatus.UNPROCESSABLE_ENTITY else {}
        return error_page(status, title, getattr(problem, "message", None) or message, **more)

    return respond


HTTP_TEXTS: dict[int, tuple[object, object]] = {
    400: (_l("This request isn't valid"), _l("Go back and try again.")),
    404: (_l("Page not found"), _l("The page or record doesn't exist, or you don't have access to it.")),
    405: (_l("This page can't be opened directly"), _l("Go back and use the button or form on the previous page.")),
    413: (_l("Too large to save"), ""),
    429: (_l("Too many attempts"), _l("Wait a few minutes, then try again.")),
}

ERROR_HANDLERS: dict[type[Exception], Callable[[Any], Response]] = {
    SignInNeeded: _sign_in,
    FreshSignInNeeded: _confirm,
    RecordMerged: _redirect_merged,
    NotFound: _simple(404, *HTTP_TEXTS[404]),
    Forbidden: _simple(
        403, _l("You don't have permission"), _l("Your role doesn't allow this. Ask your manager or administrator.")
    ),
    Invalid: _simple(422, _l("We couldn't save this"), _l("Check your entries. Something is missing or invalid.")),
    BadRequest: _simple(400, *HTTP_TEXTS[400]),
    CSRFError: _too_old,
    Conflict: _conflict,
    StaleDataError: stale,
    IntegrityError: _integrity_error,
    AlreadyDone: _already_done,
    OperationalError: _operational,
    PoolTimeout: _operational,
    RecursionError: _too_much,
    OverflowError: _too_much,
    DataError: _too_much,
    SecurityError: _unknown_host,
    HTTPException: _http,
    OSError: _no_file,
    Exception: _internal_error,
}
