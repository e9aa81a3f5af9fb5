"""Form data that the tests of follow-ups send, and lookups of results."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp

FRIDAY = date(2026, 12, 11)
TODAY = date(2026, 12, 8)


def rows() -> list[FollowUp]:
    return list(db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def toast(web) -> tuple[str, str, str]:
    """Return the text of the toast on the next page, its undo and its link."""
    page = web.get("/followups/").text
    words = re.search(r'data-toast="done">.*?<span class="clip">([^<]*)</span>', page, re.DOTALL)
    undo = re.search(r'action="([^"]+)" data-undo>', page)
    more = re.search(r'<a class="btn btn-s" href="(/followups/new[^"]*)"', page)
    match = [m[1].replace("&amp;", "&") if m else "" for m in (words, undo, more)]
    return match[0], match[1], match[2]


def form(**more):
    return {
        "title": "Send the price",
        "side": "we",
        "due": "tomorrow",
        "due_on": "",
        "zone": "America/Los_Angeles",
    } | more
