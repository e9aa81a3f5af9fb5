"""The way back from an action: what was before travels, signed, in the address of the toast's button."""

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
    """The address a POST undoes the last action at, as long as nobody changes the follow-up again.

    `made_id` is the repeat that came of it; `here` the page to return to.
    """
    values = before | {"id": row.id, "version": row.version, "made": repeat_id}
    return url_for("followups.undo", id=row.id, was=_serializer().dumps(values), next=return_to)


def read_undo(text: str, follow_up_id: int) -> dict[str, Any]:
    """What an address of `undo_url` carries. Raises BadRequest for one that was not made here."""
    try:
        values: dict[str, Any] = _serializer().loads(text)
    except BadSignature:
        raise BadRequest(_("This can no longer be undone.")) from None
    if values.get("id") != follow_up_id:
        raise BadRequest(_("This can no longer be undone."))
    return values
