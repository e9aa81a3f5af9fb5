"""Add what a session lacks to count: to the interaction, its client row and minutes, and the client's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import get_visible, touch
from crm.core.errors import Invalid, NotFound
from crm.core.policy import Actor, can
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind
from crm.organizations.services import set_facts
from crm.reference.services import check_funder

OF_INTERACTION = ("reached", "english_line")
OF_ROW = ("session_type", "countable", "funder_id")
OF_CLIENT = ("county", "legal_form", "founded_on", "naics")


def add_session_facts(
    actor: Actor, interaction_id: int, client_id: int, user_id: int, values: Mapping[str, Any]
) -> None:
    """Save the entered facts of a session and its client; blank ones are left as they are.

    The minutes are those of one user; if that user didn't take part, those of a colleague who did. Raises NotFound,
    Forbidden, Invalid.
    """
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    interaction = get_visible(Interaction, actor, interaction_id, "interaction:edit")
    client = get_visible(Organization, actor, client_id, "organization:edit")
    row = db.session.get(InteractionClient, (interaction_id, client_id))
    if row is None:
        raise NotFound
    if actor.hides_money:
        filled = {name: value for name, value in filled.items() if name not in ("funder_id", "sales")}
    _complete_interaction(interaction, row, filled)
    _set_minutes(interaction, client_id, _choose_attendee(interaction, user_id), filled)
    _complete_client(actor, client, filled)
    db.session.flush()


def _complete_interaction(interaction: Interaction, row: InteractionClient, filled: Mapping[str, Any]) -> None:
    if "funder_id" in filled:
        check_funder(filled["funder_id"], interaction.wall.date())
    for target, names in ((interaction, OF_INTERACTION), (row, OF_ROW)):
        for name in names:
            if name in filled:
                setattr(target, name, filled[name])
    if any(name in filled for name in (*OF_INTERACTION, *OF_ROW, "contact", "prep")):
        touch(interaction)


def _choose_attendee(interaction: Interaction, user_id: int) -> int:
    """Return a user who took part, else the counselor of the interaction, else the first colleague who took part."""
    stmt = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == interaction.id)
    attended = list(db.session.scalars(stmt.order_by(InteractionStaff.user_id)))
    return next((i for i in (user_id, interaction.counselor_id, *attended) if i in attended), user_id)


def _set_minutes(interaction: Interaction, client_id: int, user_id: int, filled: Mapping[str, Any]) -> None:
    minutes = {name: filled[name] for name in ("contact", "prep") if name in filled}
    if not minutes:
        return
    key = (interaction.id, client_id, user_id)
    row = db.session.get(InteractionTime, key)
    if row is None:
        row = InteractionTime(interaction_id=interaction.id, client_id=client_id, user_id=user_id)
        db.session.add(row)
    for name, value in minutes.items():
        setattr(row, name, value)


def _complete_client(actor: Actor, client: Organization, filled: Mapping[str, Any]) -> None:
    if "postal_code" in filled:
        set_facts(client, {"postal_code": filled["postal_code"]}, client)
    of_client = {name: filled[name] for name in OF_CLIENT if name in filled}
    if of_client:
        set_facts(db.session.get(Client, client.id) or Client(organization_id=client.id), of_client, client)
    if "agreement_on" in filled:
        agreement = ClientAgreement(organization_id=client.id)
        set_facts(agreement, {"from_on": filled["agreement_on"], "on_file": True}, client)
    for name, kind in (("staff", FactKind.staff), ("sales", FactKind.sales)):
        if name in filled:
            _add_figure(actor, client, kind, filled)


def _add_figure(actor: Actor, client: Organization, kind: FactKind, filled: Mapping[str, Any]) -> None:
    """Add a dated figure. Raises Invalid without its date or source: reports name both."""
    for name, text in (
        ("figures_on", _("Enter the date of the figures.")),
        ("source", _("Enter who gave the figures.")),
    ):
        if name not in filled:
            raise Invalid(text, name)
    if kind.is_hidden and not can(actor, "organization:money", client):
        return
    values = {"kind": kind, "number": filled[kind.value], "as_of": filled["figures_on"], "source": filled["source"]}
    if kind is FactKind.sales:
        values["currency"] = filled.get("currency") or "USD"
    set_facts(DatedFact(organization_id=client.id), values, client)
