"""Follow-ups of an interaction: those it starts, and those it closes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.core.data.record import get_visible
from crm.core.policy import Actor
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import (
    AboutRecords,
    InsertedFollowUp,
    complete_follow_up,
    insert_follow_up,
    link_record,
    list_owing_ids,
    load_about,
    note_no_answer,
)
from crm.interactions.children import InteractionChildren
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionParty
from crm.interactions.policy import InteractionOutcome
from crm.records.services import may_name


def insert_follow_ups(
    actor: Actor, children: InteractionChildren, follow_ups: Sequence[Mapping[str, Any]]
) -> list[InsertedFollowUp]:
    """Insert follow-ups with these values, by default about what the interaction is about."""
    row = children.row
    return [
        insert_follow_up(
            actor,
            {"team_id": row.team_id} | {k: x for k, x in values.items() if k != "about"},
            about=_load_about(actor, children, values),
            source_id=row.id,
        )
        for values in follow_ups
    ]


def _load_about(actor: Actor, children: InteractionChildren, values: Mapping[str, Any]) -> AboutRecords:
    """Return what a follow-up is about; nothing is read again that was read for the interaction."""
    ids, owing_ids = _list_for_follow_ups(children), list_owing_ids(values)
    if values.get("about") or owing_ids or not ids or not children.team_ids.keys() >= set(ids):
        return load_about(actor, values.get("about") or ids, owing_ids)
    return AboutRecords.build({i: children.team_ids[i] for i in ids}, children.employer_ids)


def close_follow_ups(actor: Actor, row: Interaction, ids: Collection[int]) -> None:
    """Close follow-ups, or count an attempt if nobody answered. Raises NotFound, Forbidden."""
    for follow_up_id in ids:
        follow_up = get_visible(FollowUp, actor, follow_up_id, "followup:edit")
        if row.reached is not InteractionOutcome.no_answer:
            _finish_with(actor, follow_up, row)
        elif follow_up.state is FollowUpState.open:
            note_no_answer(actor, follow_up)


def _finish_with(actor: Actor, follow_up: FollowUp, interaction: Interaction) -> None:
    """Close a follow-up with the subject of an interaction as its result, and link both: they share their readers."""
    if not may_name(follow_up, interaction):
        complete_follow_up(actor, follow_up)
        return
    complete_follow_up(actor, follow_up, interaction.subject)
    link_record(follow_up, interaction.id)


def about_for_follow_ups(row: Interaction) -> list[int]:
    """Return what its follow-ups are about: clients, people and organizations, else the related records."""
    return _list_for_follow_ups(InteractionChildren(row))


def _list_for_follow_ups(children: InteractionChildren) -> list[int]:
    parties = children.of(InteractionParty)
    clients = [row.client_id for row in children.of(InteractionClient)]
    people = [party.person_id for party in parties if party.person_id is not None]
    organizations = [party.organization_id for party in parties if party.organization_id is not None]
    ids = [*clients, *people, *organizations]
    if not ids:
        return [link.record_id for link in children.of(InteractionLink) if link.stated]
    return list(dict.fromkeys(ids))
