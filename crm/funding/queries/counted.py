"""Whether a session counts for its funder, in SQL: the rule of `why_not_counted` and `find_requirements`."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import SHARED, AccessProfile
from crm.core.data.base import alias
from crm.core.data.record import Record, visible
from crm.core.data.visibility_keys import is_open_to
from crm.core.policy import Actor
from crm.funding.models import FunderRule
from crm.interactions.counting import REQUIRED, RequiredFact
from crm.interactions.days import local_date
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.interactions.policy import (
    InteractionOutcome,
    InteractionState,
    InteractionType,
    SessionType,
    default_session_type,
)
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind

C, T, R = InteractionClient, InteractionTime, FunderRule
INTERACTION: Any = Interaction.__table__
"""The plain table: its visibility key says who may see a session, so no records of interactions are read."""
I = INTERACTION.c  # noqa: E741 - read many times below
held_on = local_date(I)
"""The local date of a session."""
session_type: Any = sa.func.coalesce(
    C.session_type,
    sa.case(
        *((I.type == kind, sa.literal(default_session_type(kind), C.session_type.type)) for kind in InteractionType)
    ),
    type_=C.session_type.type,
)
"""The type of a session: its own, else the usual one of its kind."""
CLIENT = alias(Record, "counted_client")
FAR = date(9999, 12, 31)


def is_counted() -> sa.ColumnElement[bool]:
    """Return the condition for sessions (rows of `Interaction` and `InteractionClient`) that count."""
    prepares = session_type == SessionType.prepare_only
    return sa.and_(
        I.state == InteractionState.held,
        session_type != SessionType.update_only,
        C.countable,
        sa.or_(prepares, I.reached == InteractionOutcome.talked),
        sum_minutes(T.contact + sa.case((prepares, T.prep), else_=0)) > 0,
        C.funder_id.is_not(None),
        *(sa.or_(has_fact, sa.not_(_is_required(fact))) for fact, has_fact in _facts().items()),
    )


def sum_minutes(minutes: Any) -> sa.ScalarSelect[int]:
    """Return the minutes of all colleagues for the client of a session."""
    stmt = sa.select(sa.func.sum(minutes)).where(T.interaction_id == C.interaction_id, T.client_id == C.client_id)
    return stmt.correlate_except(T).scalar_subquery()


def _is_required(fact: RequiredFact) -> sa.ColumnElement[bool]:
    """Return whether the funder requires a fact on the day: as the latest of its rules says, else as usual."""
    rule = (
        sa.select(R.is_required)
        .where(R.funder_id == C.funder_id, R.requirement == fact, R.from_on <= held_on)
        .where(sa.or_(R.to_on.is_(None), R.to_on >= held_on))
        .order_by(R.from_on.desc(), R.id.desc())
        .limit(1)
    )
    usual = sa.true() if fact in REQUIRED else sa.false()
    return sa.func.coalesce(rule.correlate_except(R).scalar_subquery(), usual)


def _facts() -> dict[RequiredFact, sa.ColumnElement[bool]]:
    """Return the conditions for the facts of a client on the day of a session. The funder isn't among them."""
    agreement = (
        sa.select(sa.func.coalesce(ClientAgreement.to_on, FAR))
        .where(ClientAgreement.organization_id == C.client_id, ClientAgreement.on_file)
        .where(ClientAgreement.from_on <= held_on)
        .order_by(ClientAgreement.from_on.desc(), ClientAgreement.id.desc())
        .limit(1)
    )
    figures = {RequiredFact.staff: FactKind.staff, RequiredFact.sales: FactKind.sales}
    place: Any = Organization.__table__
    has_zip = sa.exists().where(place.c.id == C.client_id, place.c.postal_code != "").correlate_except(place)
    return {
        RequiredFact.agreement: agreement.correlate_except(ClientAgreement).scalar_subquery() >= held_on,
        RequiredFact.county_or_zip: sa.or_(_of_client(Client.county != ""), has_zip),
        RequiredFact.legal_form: _of_client(Client.legal_form.is_not(None)),
        RequiredFact.founded: _of_client(Client.founded_on.is_not(None)),
        RequiredFact.naics: _of_client(Client.naics != ""),
        RequiredFact.english_line: sa.func.coalesce(I.english_line, "") != "",
        **{fact: _has_figure(kind) for fact, kind in figures.items()},
    }


def first_agreement_on(client_id: Any) -> sa.ScalarSelect[Any]:
    """Return the first day of the first agreement of a client that is on file."""
    stmt = sa.select(sa.func.min(ClientAgreement.from_on)).where(
        ClientAgreement.organization_id == client_id, ClientAgreement.on_file
    )
    return stmt.correlate_except(ClientAgreement).scalar_subquery()


def _of_client(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Client.organization_id == C.client_id, condition).correlate_except(Client)


def _has_figure(kind: FactKind) -> sa.ColumnElement[bool]:
    figure = sa.exists().where(DatedFact.organization_id == C.client_id, DatedFact.kind == kind)
    return figure.where(DatedFact.as_of <= held_on, DatedFact.number.is_not(None)).correlate_except(DatedFact)


def select_counted(viewer: Actor | AccessProfile, *more: Any) -> sa.Select[Any]:
    """Select the visible sessions that count, with their minutes, without confidential ones.

    `more` are columns of other tables, which the caller joins.
    """
    minutes = map(sum_minutes, (T.contact, T.prep, T.travel))
    team_id = sa.func.nullif(I.visibility_key, SHARED)
    session = (I.id, C.client_id, team_id, held_on, sa.type_coerce(session_type, sa.String), *minutes)
    names = ("interaction_id", "client_id", "team_id", "on", "session_type", "contact", "prep", "travel")
    return (
        sa.select(*more, *(column.label(name) for name, column in zip(names, session, strict=True)))
        .select_from(C)
        .join(INTERACTION, I.id == C.interaction_id)
        .join(CLIENT, CLIENT.id == C.client_id)
        .where(is_open_to(viewer, I.visibility_key), visible(viewer, CLIENT), is_counted())
        .where(sa.not_(CLIENT.confidential))
    )
