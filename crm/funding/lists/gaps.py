"""The records behind the figures of the data quality page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, visible
from crm.core.lists import Col, Filter, Listing
from crm.core.lists.derive import enum_choices
from crm.core.lists.staff_filters import counselor_filter, team_filter
from crm.core.policy import Actor
from crm.core.words import _l
from crm.funding.policy.counting import ClientGap, SessionGap
from crm.funding.queries.gaps import is_client_gap, is_session_gap, select_clients, select_sessions
from crm.funding.queries.quality import visible_gaps
from crm.interactions.days import local_date
from crm.interactions.many import EDITING, FUNDER_COLUMN
from crm.interactions.models import Interaction, InteractionClient
from crm.organizations.models import Client, Organization
from crm.reference.models import Funder


def _gap_filter(kind: type[ClientGap | SessionGap], condition: Callable[[Any, Actor], Any]) -> Filter:
    """Return the filter by what is missing."""
    return Filter(
        "gap",
        _l("Missing"),
        "choice",
        lambda x, actor: condition(kind.from_code(x), actor),
        lambda actor: enum_choices(visible_gaps(kind, actor)),
        takes_actor=True,
    )


def _team_name(entity: Any) -> Any:
    return sa.select(Team.name).where(Team.id == entity.team_id).correlate(entity).scalar_subquery()


def load_clients(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the names of the visible clients of interactions, and of their funders."""
    client = alias(Record, "gap_client")
    stmt = (
        sa.select(InteractionClient.interaction_id, client.label, client.native_label, Funder.name)
        .join(client, client.id == InteractionClient.client_id)
        .outerjoin(Funder, Funder.id == InteractionClient.funder_id)
        .where(InteractionClient.interaction_id.in_(ids), visible(actor, client))
        .order_by(client.sort_key, client.id)
    )
    names: dict[int, list[str]] = {i: [] for i in ids}
    funders: dict[int, list[str]] = {i: [] for i in ids}
    for i, label, native, funder in db.session.execute(stmt):
        names[i].append(label or native)
        if funder and funder not in funders[i]:
            funders[i].append(funder)
    return {i: {"client": "; ".join(names[i]), "funder": "; ".join(funders[i])} for i in ids}


CLIENT_GAPS = Listing(
    name="client_gaps",
    title=_l("Clients with missing data"),
    path="/funding/clients",
    row_path="/organizations/",
    template="funding/gaps.html",
    entity=Organization,
    base=lambda actor: select_clients(actor).outerjoin(User, User.id == Organization.counselor_id),
    cols=(
        Col("name", _l("Name"), Organization.label, Organization.sort_key, "name", native=Organization.native_label),
        Col.of(Client.county),
        Col.of(Organization.postal_code, hide_phone=True),
        Col.of(Client.legal_form, hide_phone=True),
        Col.of(Client.founded_on, hide_phone=True),
        Col.of(Client.naics, hide_phone=True),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
        Col("team", _l("Team"), _team_name(Organization), show=False),
    ),
    filters=(
        _gap_filter(ClientGap, is_client_gap),
        team_filter(Organization.team_id),
        counselor_filter(Organization.counselor_id),
    ),
)

SESSION_GAPS = Listing(
    name="session_gaps",
    title=_l("Interactions with missing data"),
    path="/funding/interactions",
    row_path="/interactions/",
    template="funding/gaps.html",
    entity=Interaction,
    base=lambda actor: select_sessions(actor).outerjoin(User, User.id == Interaction.counselor_id),
    after_page=load_clients,
    editing=EDITING,
    sort="-date",
    cols=(
        Col("subject", _l("Subject"), Interaction.subject, kind="name"),
        Col("client", _l("Clients")),
        Col("date", _l("Date"), local_date(Interaction), sort=Interaction.at, kind="date"),
        Col.of(Interaction.type, hide_phone=True),
        Col.of(Interaction.state, hide_phone=True),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
        Col("team", _l("Team"), _team_name(Interaction), show=False),
        FUNDER_COLUMN,
    ),
    filters=(
        _gap_filter(SessionGap, is_session_gap),
        team_filter(Interaction.team_id),
        counselor_filter(Interaction.counselor_id),
    ),
)
