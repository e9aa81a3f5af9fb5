"""The opportunity that a match would become."""

from __future__ import annotations

from typing import Any

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.matching.queries import MatchRow, find_buyer

from .related import default_counselor


def parts_of_match(actor: Actor, match: MatchRow) -> dict[str, Any]:
    """Return client, project, buyer, need, product and counselor of the opportunity, as far as the actor sees them."""
    return {
        "client_id": match.client.id,
        "project_id": match.project.id if match.project else None,
        "buyer_id": find_buyer(actor, match.need.id),
        "need_id": match.need.id,
        "product_id": match.product.id,
        "counselor_id": default_counselor(actor, match.client.id),
    }


def needs_team(actor: Actor, client_id: int) -> bool:
    """Whether the actor has to choose the team: all teams share the client, and the actor has none."""
    return actor.first_team_id is None and db.session.get_one(Record, client_id).team_id is None
