"""What reports group interactions by, and what they add up, besides the columns of their list."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.record_groupings import linked_record_grouping, team_grouping
from crm.core.policy import Actor
from crm.core.words import _l
from crm.organizations.models import Client
from crm.reference.models import Funder

from .days import is_from, is_until
from .models import Interaction, InteractionClient, InteractionStaff, InteractionTime

STAFF = sa.select(InteractionStaff.interaction_id, InteractionStaff.user_id)
FUNDERS = (
    sa.select(InteractionClient.interaction_id, InteractionClient.funder_id)
    .where(InteractionClient.funder_id.is_not(None))
    .distinct()
)


def _select_counties(actor: Actor) -> Any:
    """Select interactions and the counties of their visible clients, each pair once."""
    client, link = alias(Record, "client_of_county"), InteractionClient
    stmt = sa.select(link.interaction_id, Client.county).join(Client, Client.organization_id == link.client_id)
    stmt = stmt.join(client, client.id == link.client_id).where(visible(actor, client), Client.county != "")
    return stmt.distinct()


def _sum_minutes(column: Any) -> Any:
    """Return the minutes of an interaction, of all colleagues and clients; NULL if none are logged."""
    stmt = sa.select(sa.func.sum(column)).where(InteractionTime.interaction_id == Interaction.id)
    return stmt.correlate(Interaction).scalar_subquery()


def _in_days(first: date, last: date) -> sa.ColumnElement[bool]:
    return sa.and_(is_from(Interaction, first), is_until(Interaction, last))


GROUPINGS = (
    *Grouping.dates("date", _l("Date"), Interaction.wall, in_days=_in_days),
    Grouping("staff", _l("Our staff"), kind="id", links=STAFF, names=(User.id, User.name)),
    linked_record_grouping("client", _l("Client"), InteractionClient.interaction_id, InteractionClient.client_id),
    Grouping("county", _l("County of the client"), links=_select_counties, takes_actor=True),
    team_grouping(Interaction.team_id),
    Grouping("funder", _l("Funder"), kind="id", links=FUNDERS, names=(Funder.id, Funder.name), required_access="money"),
    Grouping("reached", _l("Contact result"), Interaction.reached, "enum"),
    Grouping("inquiry", _l("Inquiry"), Interaction.is_inquiry, "bool"),
)
OF_ALL_STAFF = _l("Each interaction counts the minutes of all colleagues in it.")
MEASURES = (
    Measure("contact_minutes", _l("Contact minutes"), _sum_minutes(InteractionTime.contact), note=OF_ALL_STAFF),
    Measure("prep_minutes", _l("Preparation minutes"), _sum_minutes(InteractionTime.prep), note=OF_ALL_STAFF),
    Measure("travel_minutes", _l("Travel minutes"), _sum_minutes(InteractionTime.travel), note=OF_ALL_STAFF),
)
