"""Resume a form that was refused because the session or its token had expired.

The entered text travels from page to page in hidden fields; nothing is stored, and nothing is submitted without a
click.
"""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import request

from crm.core.web.redirects import is_local_path

MAX_SAVED_CHARS = 300_000
"""How many characters a sign-in form can carry besides its own."""
SHOW_AGAIN = "_show_again"
"""The field that requests the form with its text again, without saving."""


class PendingForm(NamedTuple):
    """A form to resume: its URL, its fields, whether its page can show it, and the names of its files by field.

    Files can't travel along: the user chooses them again.
    """

    path: str
    fields: list[tuple[str, str]]
    has_page: bool
    files: list[tuple[str, list[str]]] = []  # noqa: RUF012 - a default, never changed

    def to_json(self) -> str:
        """Encode a form for a hidden field."""
        return json.dumps(self, ensure_ascii=False)


def read_pending_form() -> PendingForm | None:
    """Return this request's form if it may be resumed: from our own pages, without a password."""
    if request.method != "POST" or request.url_rule is None or not _is_from_us():
        return None
    if any("password" in name for name in request.form):
        return None
    fields = [(k, x) for k in request.form for x in request.form.getlist(k) if k not in ("csrf_token", SHOW_AGAIN)]
    saved_form = PendingForm(request.full_path.rstrip("?"), fields, _has_page(), _list_files())
    return saved_form if len(saved_form.to_json()) <= MAX_SAVED_CHARS else None


def _list_files() -> list[tuple[str, list[str]]]:
    """Return the names of the submitted files by field."""
    files = {
        field: [file.filename for file in request.files.getlist(field) if file.filename] for field in request.files
    }
    return [(field, names) for field, names in files.items() if names]


def parse_pending_form(text: str | None) -> PendingForm | None:
    """Decode a form that `to_json` encoded; None for anything else."""
    if len(text or "") > MAX_SAVED_CHARS:
        return None
    try:
        path, fields, has_page, *more = json.loads(text or "null")
        pairs = [(str(name), str(value)) for name, value in fields]
        names_by_field = [(str(name), [str(one) for one in names]) for name, names in (more[0] if more else [])]
    except (TypeError, ValueError, RecursionError):
        return None
    if not isinstance(path, str) or not is_local_path(path):
        return None
    return PendingForm(path, pairs, bool(has_page), names_by_field)


def drop_foreign_form(text: str | None) -> str:
    """Return the form that a page of ours carries in this request; "" for that of another site. A filter of fields."""
    return text if text and _is_from_us() else ""


def page_of_form() -> str:
    """Return the page to return to: the form's own, else the one it was on, else Today."""
    if request.headers.get("HX-Request"):
        return _path_of(request.headers.get("HX-Current-URL"))
    return request.full_path.rstrip("?") if _has_page() else _path_of(request.referrer)


def previous_page() -> str:
    """Return the page of ours that led to this request, or "" if it is unknown, Today or this page."""
    path = _path_of(request.referrer)
    return path if path not in ("/", request.full_path.rstrip("?")) else ""


def _has_page() -> bool:
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())


def _is_from_us() -> bool:
    """Return whether one of our pages sent the form: another site must not submit text in a user's name."""
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def _path_of(url: str | None) -> str:
    parts = urlsplit(url or "")
    is_ours = parts.netloc == request.host and parts.path and not parts.path.startswith("//")
    return f"{parts.path}?{parts.query}".rstrip("?") if is_ours else "/"
