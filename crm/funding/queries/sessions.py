"""Sessions of clients in a period, each with its minutes and the reasons why it doesn't count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.funding.policy.counting import Reason, find_requirements, visible_reasons
from crm.interactions.counting import SessionFacts, why_not_counted
from crm.interactions.days import day_params, is_in_days
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.interactions.policy import (
    InteractionOutcome,
    InteractionState,
    InteractionType,
    SessionType,
    default_session_type,
)
from crm.interactions.queries import MONEY, load_client_histories
from crm.reference.models import Funder

from .counted import is_counted
from .rules import load_rules

KIND, SESSION_TYPE = 6, 9
"""Positions in the columns of a session."""


@dataclass
class SessionMinutes:
    """Minutes of staff: contact, preparation and travel."""

    contact: int = 0
    prep: int = 0
    travel: int = 0

    @property
    def total(self) -> int:
        """All minutes."""
        return self.contact + self.prep + self.travel

    def add(self, contact: int, prep: int, travel: int) -> None:
        """Add minutes."""
        self.contact += contact
        self.prep += prep
        self.travel += travel


@dataclass
class ClientSession:
    """An interaction for one client. `minutes` are those of all staff, `by_user` those of each.

    `reasons` say why it doesn't count; empty if it does. Without funder for the China desk.
    """

    interaction_id: int
    client_id: int
    client: str
    native_client: str
    wall: datetime
    subject: str
    type: InteractionType
    state: InteractionState
    reached: InteractionOutcome | None
    session_type: SessionType
    countable: bool
    funder_id: int | None
    funder: str
    english_line: str | None
    team_id: int | None
    confidential: bool
    at: datetime
    time_known: bool
    minutes: SessionMinutes = field(default_factory=SessionMinutes)
    by_user: dict[int, SessionMinutes] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()

    @property
    def held_on(self) -> date:
        """The local date."""
        return self.wall.date()

    @property
    def is_counted(self) -> bool:
        """Whether it counts for its funder."""
        return not self.reasons

    @property
    def is_planned(self) -> bool:
        """Whether it is still to come, or not marked as held."""
        return self.state is InteractionState.planned

    def has_begun(self, now: datetime, today: date) -> bool:
        """Return whether its start is past; from its day on if the time isn't known."""
        return self.at <= now if self.time_known else self.held_on <= today

    @property
    def key(self) -> str:
        """The name of its row on a page."""
        return f"s{self.interaction_id}-{self.client_id}"


def list_sessions(actor: Actor, first: date, last: date, **only: int) -> list[ClientSession]:
    """List visible sessions from `first` to `last` (local dates), in order, in five statements.

    `only` limits them to those of an id: `user` took part; `interaction`, `client`, `funder` of the session.
    """
    sessions = _fold(_sessions(actor, frozenset(only), **day_params(first, last), **only))
    explain_sessions(actor, sessions)
    return sessions


def list_counted_sessions(actor: Actor, first: date, last: date, funder_id: int) -> list[ClientSession]:
    """List the visible sessions for a funder that count, as `list_sessions`, in one statement."""
    only = frozenset({"funder", "counted"})
    return _fold(_sessions(actor, only, **day_params(first, last), funder=funder_id))


@cached_query
def _sessions(viewer: AccessProfile, only: frozenset[str]) -> Select:
    I, C, T = Interaction, InteractionClient, InteractionTime  # noqa: E741, N806 - read twenty times below
    client = alias(Record, "session_client")
    funder = (sa.null(), sa.literal("")) if viewer.hides_money else (C.funder_id, sa.func.coalesce(Funder.name, ""))
    stmt = (
        sa.select(
            I.id,
            client.id,
            client.label,
            client.native_label,
            I.wall,
            I.subject,
            I.type,
            I.state,
            I.reached,
            C.session_type,
            C.countable,
            *funder,
            I.english_line,
            I.team_id,
            sa.or_(I.confidential, client.confidential),
            I.at,
            I.time_known,
            T.user_id,
            T.contact,
            T.prep,
            T.travel,
        )
        .join(C, C.interaction_id == I.id)
        .join(client, client.id == C.client_id)
        .outerjoin(Funder, Funder.id == C.funder_id)
        .outerjoin(T, sa.and_(T.interaction_id == I.id, T.client_id == C.client_id))
        .where(
            visible(viewer, I), visible(viewer, client), sa.true() if "interaction" in only else I.archived_at.is_(None)
        )
        .where(is_in_days(I))
        .where(I.state.in_((InteractionState.held, InteractionState.planned)))
        .order_by(I.wall, I.id, client.id)
    )
    if "user" in only:
        part = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == sa.bindparam("user"))
        stmt = stmt.where(I.id.in_(part))
    if "interaction" in only:
        stmt = stmt.where(I.id == sa.bindparam("interaction"))
    if "funder" in only:
        stmt = stmt.where(C.funder_id == sa.bindparam("funder"))
    if "counted" in only:
        stmt = stmt.where(is_counted())
    return stmt.where(C.client_id == sa.bindparam("client")) if "client" in only else stmt


def _fold(rows: Iterable[Any]) -> list[ClientSession]:
    """Return one session for the rows of its users' minutes."""
    sessions: dict[tuple[int, int], ClientSession] = {}
    for *columns, user_id, contact, prep, travel in rows:
        key = (columns[0], columns[1])
        if key not in sessions:
            columns[SESSION_TYPE] = columns[SESSION_TYPE] or default_session_type(columns[KIND])
            sessions[key] = ClientSession(*columns)
        if user_id is not None:
            sessions[key].minutes.add(contact, prep, travel)
            sessions[key].by_user.setdefault(user_id, SessionMinutes()).add(contact, prep, travel)
    return list(sessions.values())


def explain_sessions(actor: Actor, sessions: Sequence[ClientSession]) -> None:
    """Set why sessions don't count, by the rules of their funders on their day; without money for the China desk."""
    histories = load_client_histories(actor, {x.client_id for x in sessions})
    rules = load_rules()
    hidden = MONEY if actor.hides_money else frozenset()
    for x in sessions:
        facts = histories[x.client_id].facts_on(x.held_on, x.funder_id, x.english_line)
        session = SessionFacts(
            x.held_on, x.state, x.reached, x.session_type, x.minutes.contact, x.minutes.prep, x.countable
        )
        required = find_requirements(rules, x.funder_id, x.held_on)
        x.reasons = visible_reasons(why_not_counted(session, facts, required), hidden)
