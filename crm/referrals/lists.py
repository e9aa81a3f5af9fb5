"""The list of questions that a user asked or was asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias
from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l, _p

from . import queries
from .models import Referral

ASKER, COLLEAGUE = alias(User, "referral_asker"), alias(User, "referral_colleague")


def base(actor: Actor) -> sa.Select[Any]:
    """Select the actor's questions with the names of both users."""
    stmt = queries.visible_referrals(actor).join(ASKER, ASKER.id == Referral.from_id)
    return stmt.join(COLLEAGUE, COLLEAGUE.id == Referral.to_id)


REFERRALS = Listing(
    name="referrals",
    title=_l("Questions to colleagues"),
    path="/referrals/",
    template="referrals/index.html",
    entity=Referral,
    base=base,
    sort="-asked_at",
    search=lambda text: contains_text(text, Referral.question, Referral.answer),
    cols=(
        Col.of(Referral.question, kind="name"),
        Col("from", _p("user", "From"), ASKER.name),
        Col("to", _p("user", "To"), COLLEAGUE.name),
        Col.of(Referral.state),
        Col.of(Referral.asked_at, sort=True, hide_phone=True),
        Col.of(Referral.answer, hide_phone=True),
    ),
    filters=(
        Filter.of(Referral.state),
        Filter("to_me", _l("To me"), "bool", lambda _x, actor: Referral.to_id == actor.id, takes_actor=True),
        Filter("from_me", _l("From me"), "bool", lambda _x, actor: Referral.from_id == actor.id, takes_actor=True),
    ),
    views=(
        View("to_answer", _l("To answer"), {"to_me": "1", "state": "open"}),
        View("from_me", _l("From me"), {"from_me": "1"}),
    ),
)
