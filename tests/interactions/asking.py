"""What the tests of contacts send, and what they look up."""

from __future__ import annotations

import re

import sqlalchemy as sa

from crm.core.db import db
from crm.interactions.models import Interaction
from tests.tools.pages import sent_by

NEW = "/interactions/new"


def form(**more):
    values = {"state": "held", "what": "call", "reached": "talked", "day": "2026-12-07", "time": "14:00"}
    return values | {"zone": "America/Los_Angeles", "minutes": ""} | more


def contacts() -> list[Interaction]:
    return list(db.session.scalars(sa.select(Interaction).order_by(Interaction.id)))


def undo_address(web) -> str:
    """The address of the toast's undo, read from the next page."""
    found = re.search(r'action="([^"]+undo[^"]*|[^"]+plan-again[^"]*)" data-undo', web.get("/interactions/").text)
    assert found
    return found[1].replace("&amp;", "&")


def posted(page: str) -> dict[str, list[str]]:
    """What a browser sends of the form that saves."""
    return sent_by(page, NEW)
