"""Prefill the log form from an incoming email, and note what was logged (`interactions.prefill`)."""

from __future__ import annotations

from typing import Any

from crm.core.policy import Actor
from crm.interactions.prefill import SOURCES, PrefillSource

from . import services
from .message import read_message
from .proposals import propose
from .queries import load_waiting


def fill(actor: Actor, message_id: int) -> dict[str, Any]:
    """Return the values of the log form for an email, and what asks for names. Raises NotFound."""
    mail = read_message(load_waiting(actor, message_id).mime or b"")
    if mail is None:
        return {}
    proposal = propose(actor, mail)
    return proposal.data | {"ask_names": proposal.apply_to_form}


SOURCES["inbox"] = PrefillSource(fill=fill, link=services.link_interaction)
