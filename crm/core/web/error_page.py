"""The page of an error, or its JSON."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from crm.core.web.form_texts import submitted_text
from crm.core.web.resume import PendingForm, previous_page, read_pending_form


def wants_json() -> bool:
    """Return whether the client accepts JSON instead of a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def error_page(status: int, title: object, message: object, **more: Any) -> Response:
    """Return a page with the problem and the entered text, or JSON if the client accepts it."""
    if wants_json():
        response = jsonify(error=str(title), message=str(message))
        response.status_code = status
        return response
    try:
        typed, previous = submitted_text(), previous_page()
    except (HTTPException, OSError):
        typed, previous = [], ""
    params = {"status": status, "title": title, "message": message, "typed_fields": typed} | more
    return make_response(render_template("_ui/error.html", previous_page=previous, **params), status)


def readable_form() -> PendingForm | None:
    """Return the submitted form, for submitting it again; None if it can't be read."""
    try:
        return read_pending_form()
    except (HTTPException, OSError):
        return None
