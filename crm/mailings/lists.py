"""The list of the emails that users wrote to people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias
from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l

from . import queries
from .models import Mailing

AUTHOR = alias(User, "mailing_author")


def base(actor: Actor) -> sa.Select[Any]:
    """Select the visible mailings with the names of their senders."""
    return queries.visible_mailings(actor).join(AUTHOR, AUTHOR.id == Mailing.user_id)


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Load how many people get each email of a page."""
    counts = queries.count_recipients(actor, list(ids))
    return {i: dict(zip(("people", "excluded"), counts.get(i, (0, 0)), strict=True)) for i in ids}


MAILINGS = Listing(
    name="mailings",
    title=_l("Emails to people"),
    path="/mailings/",
    template="mailings/index.html",
    entity=Mailing,
    base=base,
    after_page=after_page,
    sort="-created_at",
    search=lambda text: contains_text(text, Mailing.title),
    cols=(
        Col.of(Mailing.title, kind="name"),
        Col("people", _l("People"), kind="num"),
        Col("excluded", _l("Left out"), kind="num", hide_phone=True),
        Col.of(Mailing.state),
        Col("author", _l("Sender"), AUTHOR.name, hide_phone=True),
        Col.of(Mailing.created_at, sort=True, hide_phone=True),
    ),
    filters=(
        Filter.of(Mailing.state),
        Filter("bulk", _l("To several people"), "bool", lambda _x: Mailing.is_bulk),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: Mailing.user_id == actor.id, takes_actor=True),
    ),
    views=(View("mine", _l("Mine"), {"mine": "1"}), View("bulk", _l("To several people"), {"bulk": "1"})),
)
