"""Prefill the interaction form from a meeting, and link the interaction to the meeting (`interactions.prefill`)."""

from __future__ import annotations

from typing import Any

from crm.core.policy import Actor
from crm.interactions.prefill import SOURCES, PrefillSource, client_row

from . import queries, services


def fill(actor: Actor, meeting_id: int) -> dict[str, Any]:
    """Return the values of the interaction form for a meeting. Raises NotFound."""
    values = queries.meeting_prefill(actor, meeting_id)
    client_id = values.pop("client_id")
    return values | ({"clients": [client_row(actor, client_id)]} if client_id else {})


SOURCES["meeting"] = PrefillSource(fill=fill, link=services.link_interaction)
