"""Saved views of lists: the user's own and those shared with the user's teams, read with the frame of every page."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app, g, url_for

from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, db
from crm.core.data.identity import Team
from crm.core.hooks import FRAME_COUNTS
from crm.core.policy import Actor, can
from crm.core.web.blueprint import RIGHTS

from .models import SavedView

MAX_OFFERED = 60
"""How many saved views are offered: all own ones (`services.MAX_VIEWS`), and as many of colleagues."""


class SavedViewLink(NamedTuple):
    """A saved view as a link in the navigation."""

    id: int
    label: str
    url: str
    own: bool
    shared: bool
    is_default: bool


class PageFrame(NamedTuple):
    """What the frame of every page reads in one statement: saved views, and the counts of `FRAME_COUNTS` by name."""

    views: list[SavedViewLink]
    counts: dict[str, int]


def views_for(actor: Actor) -> list[SavedViewLink]:
    """Return the actor's own saved views and those shared with the actor's teams."""
    return load_frame(actor).views


def load_frame(actor: Actor) -> PageFrame:
    """Return the saved views and the counts, read once per request."""
    if "frame" not in g:
        rows = sorted(_saved_views(actor), key=lambda row: (row.name or "").casefold())
        views = [_link(row, actor) for row in rows if _is_offered(actor, row)]
        g.frame = PageFrame(views, {name: getattr(rows[0], f"count_{name}") for name in FRAME_COUNTS})
    frame: PageFrame = g.frame
    return frame


def _is_offered(actor: Actor, row: Any) -> bool:
    """Return whether a view is the actor's own, which only its user can delete, or one of a list open to the actor."""
    if row.endpoint not in current_app.view_functions:
        return False
    return row.user_id == actor.id or can(actor, RIGHTS[row.endpoint])


def _link(row: Any, actor: Actor) -> SavedViewLink:
    url = url_for(row.endpoint) + (f"?{row.query}" if row.query else "")
    is_own = row.user_id == actor.id
    return SavedViewLink(row.id, row.name, url, is_own, row.team_id is not None, is_own and row.is_default)


def list_views(actor: Actor, path: str) -> list[tuple[str, str, bool]]:
    """Return the saved views of the list with this path: label, URL, and whether the list opens with it."""
    return [(v.label, v.url, v.is_default) for v in views_for(actor) if urlsplit(v.url).path == path]


def find_team_name(row: SavedView) -> str:
    """Return the name of the team with which a view is shared; "" for a private one."""
    return db.session.get_one(Team, row.team_id).name if row.team_id is not None else ""


@cached_query
def _saved_views(viewer: AccessProfile) -> Select:
    """Select the views, each with the counts; without views one row that has only the counts."""
    columns = (
        SavedView.id,
        SavedView.name,
        SavedView.endpoint,
        SavedView.query,
        SavedView.user_id,
        SavedView.team_id,
        SavedView.is_default,
    )
    is_readable = sa.or_(SavedView.user_id == viewer.id, of_own_teams(viewer, SavedView.team_id))
    counts = [count(viewer).label(f"count_{name}") for name, count in FRAME_COUNTS.items()]
    one = sa.select(sa.literal(1).label("one")).subquery("one")
    stmt = sa.select(*columns, *counts).select_from(one).outerjoin(SavedView, is_readable)
    # All own views, which only their user can delete; others' are limited.
    is_other = SavedView.user_id != viewer.id
    return stmt.order_by(is_other, SavedView.name, SavedView.id).limit(MAX_OFFERED)


def find_view(actor: Actor, view_id: int) -> SavedView | None:
    """Return one of the actor's own saved views; None if it isn't."""
    stmt = sa.select(SavedView).where(SavedView.id == view_id, SavedView.user_id == actor.id)
    return db.session.scalars(stmt).one_or_none()
