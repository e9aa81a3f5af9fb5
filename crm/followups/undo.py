"""Undo: the former values, signed, in the URL of the Undo button."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from crm.core.errors import BadRequest
from crm.core.words import _

from .models import FollowUp


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="followups.undo")


def undo_url(row: FollowUp, before: dict[str, Any], repeat_id: int | None = None, return_to: str | None = None) -> str:
    """Return the URL that undoes the last action by POST, unless the follow-up has changed since.

    `made_id` is the repeat that was created; `here` the page to return to.
    """
    values = before | {"id": row.id, "version": row.version, "made": repeat_id}
    return url_for("followups.undo", id=row.id, was=_serializer().dumps(values), next=return_to)


def read_undo(text: str, follow_up_id: int) -> dict[str, Any]:
    """Return the content of an `undo_url`. Raises BadRequest for a URL that isn't signed by us."""
    try:
        values: dict[str, Any] = _serializer().loads(text)
    except BadSignature:
        raise BadRequest(_("This can no longer be undone.")) from None
    if values.get("id") != follow_up_id:
        raise BadRequest(_("This can no longer be undone."))
    return values
