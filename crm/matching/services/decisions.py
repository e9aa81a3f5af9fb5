"""Accept and dismiss matches; a decision stays when the match is computed again."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import find_visible
from crm.core.errors import Conflict, Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.matching.models import MatchDecision, ProductMatch
from crm.matching.policy import DismissReason, MatchState


def find_decision(need_id: int, product_id: int) -> MatchDecision | None:
    """Return what was decided about a need and a product."""
    stmt = sa.select(MatchDecision).where(MatchDecision.need_id == need_id, MatchDecision.product_id == product_id)
    return db.session.scalars(stmt).one_or_none()


def name_decider(need_id: int, product_id: int) -> str:
    """Return the name of the user who decided about a need and a product."""
    row = find_decision(need_id, product_id)
    user = db.session.get(User, row.decided_by_id) if row and row.decided_by_id else None
    return user.name if user else _("A colleague")


def describe_dismissal(need_id: int, product_id: int) -> str:
    """Return who dismissed a match, and what to do to make an opportunity of it all the same."""
    name = name_decider(need_id, product_id)
    return _("%(name)s dismissed this match. Choose “Suggest again” before you create an opportunity.", name=name)


def refuse_dismissed(need_id: int, product_id: int) -> None:
    """Raise Conflict, which leads to the match, if the match of a need and a product was dismissed."""
    row = find_decision(need_id, product_id)
    if row is None or row.state is not MatchState.dismissed:
        return
    stmt = sa.select(ProductMatch.id).where(ProductMatch.need_id == need_id, ProductMatch.product_id == product_id)
    match_id = db.session.scalar(stmt)
    # Without a match of today's facts there is no page on which to suggest it again.
    if match_id is not None:
        raise Conflict(describe_dismissal(need_id, product_id), record_url=f"/matches/{match_id}")


def dismiss_match(
    actor: Actor, need_id: int, product_id: int, reason: DismissReason, note: str | None = None
) -> MatchDecision:
    """Remember that a product isn't for a need. Raises Invalid for an other reason without a note."""
    if reason is DismissReason.other and not note:
        raise Invalid(_("Describe why this product isn't suitable."), "note")
    row = _decide(actor, need_id, product_id, MatchState.dismissed)
    row.reason, row.note = reason, note
    db.session.flush()
    return row


def accept_match(actor: Actor, need_id: int, product_id: int, opportunity_id: int) -> MatchDecision:
    """Remember the opportunity that a need and a product have become. The first one that the actor sees stays."""
    row = _decide(actor, need_id, product_id, MatchState.accepted)
    row.reason = row.note = None
    if find_visible(actor, row.opportunity_id) is None:
        row.opportunity_id = opportunity_id
    db.session.flush()
    return row


def _decide(actor: Actor, need_id: int, product_id: int, state: MatchState) -> MatchDecision:
    row = find_decision(need_id, product_id) or MatchDecision(need_id=need_id, product_id=product_id)
    row.state, row.decided_by_id, row.decided_at = state, actor.id, clock.now()
    db.session.add(row)
    return row


def reopen_match(need_id: int, product_id: int) -> None:
    """Suggest a match again that was dismissed; one with an opportunity is accepted for those who see that."""
    row = find_decision(need_id, product_id)
    if row is None or row.state is not MatchState.dismissed:
        return
    if row.opportunity_id is None:
        db.session.delete(row)
    else:
        row.state, row.reason, row.note = MatchState.accepted, None, None
    db.session.flush()
