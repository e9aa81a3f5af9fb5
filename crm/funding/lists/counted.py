"""The sessions and clients that count for a funder: the records behind the numbers of goals."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.identity import Team, User
from crm.core.data.record import visible
from crm.core.lists import Col, Filter, Listing
from crm.core.lists.derive import Choices
from crm.core.lists.record_filters import record_filter
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l
from crm.funding.goal_texts import name_scope
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.counted import (
    CLIENT,
    C,
    I,
    T,
    first_agreement_on,
    held_on,
    select_counted,
    session_type,
    sum_minutes,
)
from crm.funding.queries.goal_records import (
    CLIENT_GOALS,
    SESSION_GOALS,
    is_client_of_goal,
    is_session_of_goal,
    list_goal_names,
)
from crm.interactions.days import is_from, is_until
from crm.organizations.models import Client, Organization
from crm.reference.models import Funder

ID_RANGE = 2**32
SESSION_ID = sa.cast(I.id, sa.BigInteger) * ID_RANGE + C.client_id
"""One number for a session, whose own key is an interaction and a client."""
CLIENT_NAME = sa.func.coalesce(sa.func.nullif(CLIENT.label, ""), CLIENT.native_label)
FUNDER = sa.select(Funder.name).where(Funder.id == C.funder_id).correlate(C).scalar_subquery()
TEAM = sa.select(Team.name).where(Team.id == Organization.team_id).correlate(Organization).scalar_subquery()


def _select_clients(actor: Actor) -> sa.Select[Any]:
    """Select the visible clients with sessions that count, with their counselor."""
    sessions = select_counted(actor).where(C.client_id == Organization.id).correlate(Organization)
    return (
        sa.select(Organization)
        .outerjoin(Client, Client.organization_id == Organization.id)
        .outerjoin(User, User.id == Organization.counselor_id)
        .where(visible(actor, Organization), sa.not_(Organization.confidential), sessions.exists())
    )


def _load_staff(ids: Collection[int], _actor: Actor) -> dict[int, dict[str, Any]]:
    """Return who logged time for sessions, each with the minutes of contact and preparation."""
    stmt = (
        sa.select(T.interaction_id, T.client_id, User.name, T.contact + T.prep)
        .join(User, User.id == T.user_id)
        .where(T.interaction_id.in_({i // ID_RANGE for i in ids}))
        .order_by(User.name, User.id)
    )
    staff: dict[int, list[str]] = {i: [] for i in ids}
    for interaction_id, client_id, name, minutes in fetch(stmt):
        staff.get(interaction_id * ID_RANGE + client_id, []).append(f"{name} {minutes}")
    return {i: {"staff": "; ".join(names)} for i, names in staff.items()}


def _goal_filter(measures: Collection[GoalMeasure], where: Callable[[str, Actor], Any]) -> Filter:
    """Return the filter by a goal of one of some measures that the user sees."""

    def choices(actor: Actor) -> Choices:
        goals = list_goal_names(actor, measures)
        texts = (f"{x.funder} {x.number}: {x.measure}, {name_scope(x.team, x.user)}" for x in goals)
        return tuple((str(x.id), text) for x, text in zip(goals, texts, strict=True))

    return Filter("goal", _l("Goal"), "choice", where, choices, takes_actor=True)


COUNTED_SESSIONS = Listing(
    name="counted_sessions",
    title=_l("Counted sessions"),
    path="/funding/counted-sessions/",
    template="funding/counted.html",
    entity=SimpleNamespace(id=SESSION_ID),
    base=select_counted,
    after_page=_load_staff,
    search=lambda text: contains_text(text, I.subject, CLIENT.label, CLIENT.native_label),
    sort="-date",
    has_row_pages=False,
    cols=(
        Col("subject", _l("Subject"), I.subject, kind="link", path="/interactions/", ref=I.id),
        Col("client", _l("Client"), CLIENT_NAME, kind="link", hide_phone=True, path="/organizations/", ref=CLIENT.id),
        Col("date", _l("Date"), held_on, sort=I.at, kind="date"),
        Col("session_type", _l("Session type"), session_type, kind="enum", hide_phone=True),
        Col("contact", T.contact.info["label"], sum_minutes(T.contact), kind="num"),
        Col("prep", T.prep.info["label"], sum_minutes(T.prep), kind="num", hide_phone=True),
        Col("travel", T.travel.info["label"], sum_minutes(T.travel), kind="num", show=False),
        Col("staff", _l("Minutes by colleague"), hide_phone=True),
        Col("funder", _l("Funder"), FUNDER, show=False),
    ),
    filters=(
        _goal_filter(SESSION_GOALS, lambda x, _actor: is_session_of_goal(int(x))),
        Filter("from", _l("Date from"), "date", lambda x: is_from(I, x)),
        Filter("to", _l("Date to"), "date", lambda x: is_until(I, x)),
        record_filter("client", _l("Client"), C.client_id),
    ),
)

COUNTED_CLIENTS = Listing(
    name="counted_clients",
    title=_l("Clients with counted sessions"),
    path="/funding/counted-clients/",
    row_path="/organizations/",
    template="funding/counted.html",
    entity=Organization,
    base=_select_clients,
    cols=(
        Col("name", _l("Name"), Organization.label, Organization.sort_key, "name", native=Organization.native_label),
        Col.of(Client.county),
        Col("agreement", _l("First agreement"), first_agreement_on(Organization.id), kind="date"),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
        Col("team", _l("Team"), TEAM, show=False),
    ),
    filters=(_goal_filter(CLIENT_GOALS, lambda x, actor: is_client_of_goal(int(x), actor)),),
)
