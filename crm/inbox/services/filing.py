"""Log a filed email as an interaction when all its people are known."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from werkzeug.datastructures import FileStorage

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.inbox.message import IncomingMail
from crm.inbox.parts import AttachedFile
from crm.inbox.proposals import propose
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.proposal import FormProposal
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.records.services import attach

NOON = time(12)


def file_email(actor: Actor, mail: IncomingMail) -> Interaction | None:
    """Log an email with its files; None if someone in it is unknown or ambiguous, so that a user has to decide."""
    proposal = propose(actor, mail)
    people = proposal.data["people"]
    if not people or proposal.people.typed:
        return None
    details = InteractionDetails(parties=[PartyValues(person_id=i) for i in people])
    row = log_interaction(actor, _columns(actor, proposal), details)
    attach_files(actor, row, mail.files)
    return row


def _columns(actor: Actor, proposal: FormProposal) -> dict[str, object]:
    """Return the values of the interaction; an email dated in the future counts as one of now."""
    data = proposal.data
    wall = datetime.combine(data["day"], data.get("time") or NOON)
    now = clock.now().astimezone(ZoneInfo(data["zone"])).replace(second=0, microsecond=0, tzinfo=None)
    is_future = wall > now
    return {
        "state": InteractionState.held,
        "type": InteractionType.email,
        "reached": data["reached"],
        "subject": data["subject"] or "",
        "notes": data["notes"],
        "zone": data["zone"],
        "wall": now if is_future else wall,
        "time_known": bool(data.get("time")) and not is_future,
        "counselor_id": actor.id,
    }


def attach_files(actor: Actor, row: Interaction, files: Sequence[AttachedFile]) -> list[str]:
    """Attach the files of an email; return the names of those that aren't accepted, such as programs."""
    refused = []
    for file in files:
        try:
            with db.session.begin_nested():
                attach(actor, row, [FileStorage(io.BytesIO(file.data), filename=file.name)])
        except Invalid:
            refused.append(file.name)
    return refused
