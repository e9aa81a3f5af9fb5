"""Log a meeting at a show with few words: people, client, staff, time and place are those of the meeting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpSide
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, default_session_type
from crm.interactions.prefill import client_row
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction

from . import queries, services
from .models import ShowMeeting


def log_meeting(actor: Actor, row: ShowMeeting, values: Mapping[str, Any], uid: str | None = None) -> Interaction:
    """Log the interaction that a meeting became, and set the meeting to held.

    `values`: notes, minutes, and title and due date of a next step that we owe. Raises Invalid, NotFound.
    """
    if queries.load_meeting_interactions(actor, [row]):
        raise Invalid(_("This meeting was logged in the meantime. Open it from the show day and add your notes there."))
    facts = queries.meeting_prefill(actor, row.id)
    columns = {
        "state": InteractionState.held,
        "type": InteractionType.meeting,
        "reached": InteractionOutcome.talked,
        "wall": datetime.combine(facts["day"], facts["time"]),
        "zone": facts["zone"],
        "minutes": values["minutes"],
        "place": facts["place"],
        "notes": values["notes"],
    }
    details = InteractionDetails(
        parties=[PartyValues(person_id=i) for i in facts["people"]]
        + [PartyValues(organization_id=i) for i in facts["organizations"]],
        staff_ids=facts["staff"] or [actor.id or 0],
        clients=_clients(actor, facts["client_id"], values["minutes"]),
        about=facts["about"],
        follow_ups=_follow_ups(actor, values),
    )
    interaction = log_interaction(actor, columns, details, uid=uid)
    services.link_interaction(actor, row.id, interaction)
    return interaction


def _clients(actor: Actor, client_id: int | None, minutes: int) -> list[ClientMinutes]:
    if client_id is None:
        return []
    funder_id = client_row(actor, client_id)["funder_id"]
    return [
        ClientMinutes(
            client_id, minutes, funder_id=funder_id, session_type=default_session_type(InteractionType.meeting)
        )
    ]


def _follow_ups(actor: Actor, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not values.get("title"):
        return []
    facts = {"title": values["title"], "due_on": values["due_on"], "side": FollowUpSide.we, "zone": actor.zone}
    return [facts | {"counselor_id": actor.id}]
