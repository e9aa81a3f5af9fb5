"""Save and delete views of lists."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
from flask import current_app
from werkzeug.exceptions import HTTPException

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Forbidden, Invalid
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.policy import Actor
from crm.core.web.blueprint import PUBLIC, RIGHTS
from crm.core.web.redirects import safe_next
from crm.core.words import _, _l

from .models import SavedView

MAX_VIEWS = 30
MAX_QUERY_CHARS = 1000
TRANSIENT_ARGS = ("as", "after")
"""Parameters that are not saved: the file format and the page."""


def save_view(actor: Actor, name: str, address: str, *, shared: bool, is_default: bool = False) -> SavedView:
    """Save the address of a list under a name; the user's view of this list with the same name takes the new filters.

    That one stays shared and the default: the form of a list doesn't show whether it is.
    Raises Invalid if it isn't a list, and for more than 30 views.
    """
    endpoint, query = _list_of(address)
    if not name.strip():
        raise Invalid(_("Enter a name for the view."), "name")
    own = sa.select(SavedView).where(SavedView.user_id == actor.id)
    row = db.session.scalar(own.where(SavedView.endpoint == endpoint, SavedView.name == name.strip()[:60]))
    if row is None:
        count = db.session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0
        if count >= MAX_VIEWS:
            raise Invalid(_("Delete a saved view first. You can have up to %(n)s.", n=MAX_VIEWS), "name")
        row = SavedView(user_id=actor.id or 0, endpoint=endpoint)
        db.session.add(row)
    row.query = query
    shared, is_default = shared or row.team_id is not None, is_default or bool(row.is_default)
    return change_view(actor, row, name, shared=shared, is_default=is_default)


def change_view(actor: Actor, row: SavedView, name: str, *, shared: bool, is_default: bool) -> SavedView:
    """Rename one of the actor's views, share it or not, and choose whether its list opens with it.

    Raises Invalid for an actor without a team who shares it.
    """
    if shared and row.team_id is None and actor.first_team_id is None:
        raise Invalid(_("Uncheck this box. You aren't on a team to share the view with."), "shared")
    row.name, row.is_default = name.strip()[:60], is_default
    if not shared or row.team_id is None:
        row.team_id = actor.first_team_id if shared else None
    db.session.flush()
    same_list = sa.and_(SavedView.user_id == actor.id, SavedView.endpoint == row.endpoint, SavedView.id != row.id)
    for view in db.session.scalars(sa.select(SavedView).where(same_list, SavedView.is_default)) if is_default else ():
        view.is_default = False
    db.session.flush()
    return row


def _list_of(address: str) -> tuple[str, str]:
    """Return endpoint and query of the address of a list, without `TRANSIENT_ARGS`.

    Raises Invalid for other addresses, also for a page of one record: a saved view has no URL arguments.
    """
    parts = urlsplit(safe_next(address, ""))
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(parts.path or "?")
    except HTTPException:
        raise Invalid(_("Open a list first. Only lists can be saved as views.")) from None
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key not in TRANSIENT_ARGS])
    if values or RIGHTS.get(endpoint, PUBLIC) == PUBLIC or len(query) > MAX_QUERY_CHARS:
        raise Invalid(_("Open a list first. Only lists can be saved as views."))
    return str(endpoint), query


def delete_view(actor: Actor, row: SavedView) -> None:
    """Delete one of the actor's own views."""
    if row.user_id != actor.id:
        raise Forbidden
    db.session.delete(row)
    db.session.flush()


def _is_shared_by(user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(SavedView.user_id == user_id, SavedView.team_id.is_not(None))


def _count_shared(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SavedView).where(_is_shared_by(user_id))) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Give the shared views of a user who leaves to the new owner, who can then change and delete them."""
    rows = db.session.scalars(sa.select(SavedView).where(_is_shared_by(old.id))).all()
    for row in rows:
        row.user_id, row.is_default = new_owner.id, False
    db.session.flush()
    return len(rows)


USER_PARTS.append(UserPart(_l("Shared list views"), _count_shared, _reassign, is_personal=True))
