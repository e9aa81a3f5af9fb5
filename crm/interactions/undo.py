"""Undo links of interactions: what was closed is carried, signed, in the URL of the toast's button."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from crm.core.errors import BadRequest
from crm.core.web.redirects import next_path
from crm.core.words import _

from .models import Interaction


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="interactions.undo")


def undo_url(
    row: Interaction, closed: list[int], endpoint: str = "interactions.undo", *, tried: dict[str, Any] | None = None
) -> str:
    """Return the URL that undoes an interaction by POST as long as it has not changed."""
    state = {"id": row.id, "version": row.version, "closed": closed, "tried": tried or {}}
    return url_for(endpoint, id=row.id, was=_serializer().dumps(state), next=next_path() or None)


def read_undo(row: Interaction) -> dict[str, Any]:
    """Return the data of an undo URL. Raises BadRequest if it is not valid for this interaction."""
    try:
        state: dict[str, Any] = _serializer().loads(request.args.get("was", ""))
    except BadSignature:
        raise BadRequest(_("This can no longer be undone.")) from None
    if state.get("id") != row.id:
        raise BadRequest(_("This can no longer be undone."))
    return state
