"""The list of interactions; its export has the columns that the import of interactions reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import alias, fetch, row_id
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.lists import Col, Filter, Listing, ListState, Page, View, page
from crm.core.lists.cursor import Cursor
from crm.core.lists.derive import enum_choices
from crm.core.lists.record_filters import related_filter
from crm.core.lists.staff_filters import list_staff_choices, team_filter
from crm.core.policy import Actor
from crm.core.search import search
from crm.core.words import _l
from crm.reference.queries import list_funder_names

from . import queries
from .days import is_from, is_until
from .groupings import GROUPINGS, MEASURES
from .many import EDITING, FUNDER_COLUMN
from .models import Interaction, InteractionClient, InteractionLink, InteractionStaff
from .policy import InteractionState, InteractionType
from .queries.interactions import clients_of, parties_of, staff_of
from .queries.rows import InteractionClientRow, InteractionPartyRow


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the columns date, time, people, organization, staff and clients by id."""
    columns = (Interaction.id, Interaction.state, Interaction.wall, Interaction.time_known)
    stmt = sa.select(*columns).where(Interaction.id.in_(ids))
    parties, clients, staff, walls = run_together(
        partial(parties_of, actor, ids), partial(clients_of, actor, ids), partial(staff_of, ids), partial(fetch, stmt)
    )
    return {
        i: {
            "date": wall.date(),
            "time": f"{wall:%H:%M}" if time_known else "",
            "people": _people(parties[i]),
            "organization": _organizations(parties[i]),
            "staff": "; ".join(name for _id, name in staff[i]),
            **_time(clients[i], state),
        }
        for i, state, wall, time_known in walls
    }


def _people(parties: list[InteractionPartyRow]) -> str:
    return "; ".join(p.label or p.native_label for p in parties if p.person_id)


def _organizations(parties: list[InteractionPartyRow]) -> str:
    return "; ".join(dict.fromkeys(p.organization or p.native_organization for p in parties if p.organization_id))


def _time(clients: list[InteractionClientRow], state: InteractionState) -> dict[str, Any]:
    """Return client names, total minutes and the funder if all clients have the same.

    Without a client, and of a plan without minutes so far, they are None.
    """
    values: dict[str, Any] = {"client": "; ".join(client.label or client.native_label for client in clients)}
    funders = {client.funder for client in clients if client.funder}
    values["funder"] = funders.pop() if len(funders) == 1 else None
    unspent = 0 if clients and state is not InteractionState.planned else None
    for name in MINUTES:
        values[f"{name}_minutes"] = sum(getattr(client, name) for client in clients) or unspent
    return values


MINUTES = ("contact", "prep", "travel")


def _staff_condition(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    user_id = actor.id if value == "me" else int(value)
    part = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == user_id)
    return Interaction.id.in_(part)


def _client_condition(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    """Build the condition for a client visible to the actor, by name, or by id as in links of reports."""
    client, organization = InteractionClient, alias(Record, "for_client")
    try:
        condition = organization.id == row_id(value)
    except ValueError:
        condition = search.matching(value, organization.id)
    stmt = sa.select(client.interaction_id).join(organization, organization.id == client.client_id)
    return Interaction.id.in_(stmt.where(condition, visible(actor, organization)))


def _funders(_actor: Actor) -> tuple[tuple[str, object], ...]:
    return (*((str(i), name) for i, name in list_funder_names().items()), ("0", _l("No funder")))


def _funder(value: str) -> sa.ColumnElement[bool]:
    """Return the condition for interactions with a client whose session this funder pays; "0": without a funder."""
    client = InteractionClient
    is_same = client.funder_id == int(value) if value != "0" else client.funder_id.is_(None)
    return Interaction.id.in_(sa.select(client.interaction_id).where(is_same))


def _linked(record_id: int, _actor: Actor) -> sa.ColumnElement[bool]:
    link = InteractionLink
    return Interaction.id.in_(sa.select(link.interaction_id).where(link.record_id == record_id))


def start_at_now(state: ListState) -> ListState:
    """Let the list by date, latest first, begin with what has already begun; what is still to come is before it."""
    is_narrowed = "state" in state.values or state.groups
    if state.sort != INTERACTIONS.sort or state.after is not None or state.format or is_narrowed:
        return state
    return replace(state, after=Cursor(clock.now(), 0))


def page_from_now(listing: Listing, actor: Actor, state: ListState) -> Page:
    """Load a page of the list that begins with now; the whole list if nothing has begun yet."""
    begun = page(listing, actor, start_at_now(state))
    return begun if begun.rows else page(listing, actor, state)


INTERACTIONS = Listing(
    name="interactions",
    title=_l("Interactions"),
    path="/interactions/",
    entity=Interaction,
    base=queries.visible_to,
    whole=True,
    after_page=after_page,
    editing=EDITING,
    sort="-date",
    template="interactions/index.html",
    groupings=GROUPINGS,
    measures=MEASURES,
    cols=(
        Col("subject", _l("Subject"), Interaction.subject, kind="name"),
        Col("kind", _l("Type"), Interaction.type, kind="enum", hide_phone=True),
        Col("people", _l("With"), hide_phone=True),
        Col("organization", _l("Organization"), hide_phone=True),
        Col("staff", _l("Our staff"), hide_phone=True),
        Col("client", _l("Clients"), hide_phone=True),
        Col("contact_minutes", _l("Minutes"), kind="num", hide_phone=True),
        Col("date", _l("Date"), sort=Interaction.at, kind="date"),
        Col("state", _l("Status"), Interaction.state, kind="enum"),
        Col("time", _l("Time"), show=False),
        Col("zone", _l("Time zone"), Interaction.zone, show=False),
        Col("reached", _l("Reached?"), Interaction.reached, kind="enum", show=False),
        Col("place", _l("Place"), Interaction.place, show=False),
        Col("prep_minutes", _l("Preparation"), kind="num", show=False),
        Col("travel_minutes", _l("Travel"), kind="num", show=False),
        FUNDER_COLUMN,
        Col("notes", _l("Notes"), Interaction.notes, show=False),
        Col("summary", _l("English summary"), Interaction.english_line, show=False),
        Col("uid", _l("Identifier"), Interaction.uid, show=False),
    ),
    filters=(
        Filter(
            "kind",
            _l("Type"),
            "many",
            lambda codes: Interaction.type.in_([InteractionType.from_code(c) for c in codes]),
            enum_choices(InteractionType),
        ),
        Filter(
            "state",
            _l("Status"),
            "choice",
            lambda x: Interaction.state == InteractionState.from_code(x),
            enum_choices(InteractionState),
        ),
        Filter("inquiry", _l("Inquiries"), "bool", lambda _x: Interaction.is_inquiry),
        Filter("staff", _l("Our staff"), "choice", _staff_condition, list_staff_choices, takes_actor=True),
        Filter("client", _l("Client"), "text", _client_condition, takes_actor=True),
        related_filter("linked", _l("Linked to"), _linked),
        team_filter(Interaction.team_id),
        Filter("funder", _l("Funder"), "choice", _funder, _funders, required_access="money"),
        Filter(
            "confidential",
            _l("Confidential"),
            "choice",
            lambda x: Interaction.confidential.is_(x == "yes"),
            (("yes", _l("Yes")), ("no", _l("No"))),
        ),
        Filter("from", _l("From"), "date", partial(is_from, Interaction)),
        Filter("to", _l("To"), "date", partial(is_until, Interaction)),
    ),
    views=(
        View("mine", _l("Mine"), {"staff": "me"}),
        View("planned", _l("Planned"), {"state": "planned"}, sort="date"),
        View("inquiries", _l("Inquiries"), {"inquiry": "1"}),
        View("sessions", _l("Counseling sessions"), {"kind": ("session",)}),
    ),
)
