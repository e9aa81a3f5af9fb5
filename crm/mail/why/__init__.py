"""Why somebody did, or did not, get a mail: the rules of reminders in sentences."""

from __future__ import annotations

from datetime import datetime

from crm.core.data.record import Record, get_visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .digests import of_digests
from .follow_ups import of_follow_up
from .meetings import of_meeting
from .sent_reminders import Why

__all__ = ["Why", "of_digests", "why"]

EXPLAINED = {"followup": of_follow_up, "interaction": of_meeting}


def why(actor: Actor, record_id: int, now: datetime) -> Why:
    """Explain the mails of a follow-up or of a contact. Raises NotFound for others, and what the actor may not see."""
    explain = EXPLAINED.get(get_visible(Record, actor, record_id).kind)
    if explain is None:
        raise NotFound
    return explain(actor, record_id, now)
