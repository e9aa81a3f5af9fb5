"""Keep and forget views of lists."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from crm.core.db import db
from crm.core.errors import Forbidden, Invalid
from crm.core.policy import Actor
from crm.core.web import safe_next
from crm.core.words import _

from .models import SavedView

MOST = 30


def keep_view(actor: Actor, name: str, address: str, *, shared: bool) -> SavedView:
    """Keep a list's address under a name. Raises Invalid for what is no page of ours."""
    path = safe_next(address, "")
    parts = urlsplit(path)
    if not name.strip():
        raise Invalid(_("Give the view a name."), "name")
    if actor.id is None or not parts.path:
        raise Invalid(_("Only lists can be kept."), "address")
    try:
        endpoint, _values = current_app.url_map.bind("localhost").match(parts.path)
    except HTTPException:
        raise Invalid(_("Only lists can be kept."), "address") from None
    team_id = actor.first_team_id if shared else None
    row = SavedView(
        user_id=actor.id, team_id=team_id, endpoint=str(endpoint), name=name.strip()[:60], query=parts.query[:1000]
    )
    db.session.add(row)
    db.session.flush()
    return row


def forget_view(actor: Actor, row: SavedView) -> None:
    """Forget a view of one's own."""
    if row.user_id != actor.id:
        raise Forbidden
    db.session.delete(row)
    db.session.flush()
