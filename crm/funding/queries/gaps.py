"""What is missing in the data of clients and interactions, as conditions: counted on a page, and filters of lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.calendars import add_months, federal_year_start
from crm.core import clock
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.funding.policy.counting import FIGURE_MONTHS, ClientGap, SessionGap
from crm.interactions.days import is_from
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.interactions.policy import InteractionState, SessionType
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import ClientStatus, FactKind

from .counted import FAR, session_type

Condition = sa.ColumnElement[bool]
MONEY_GAPS = frozenset({ClientGap.sales, SessionGap.funder})
YEARLY = (FactKind.staff, FactKind.sales)


def select_clients(actor: Actor) -> sa.Select[Any]:
    """Select the visible clients that signed and aren't inactive."""
    return (
        sa.select(Organization)
        .join(Client, Client.organization_id == Organization.id)
        .where(visible(actor, Organization), Client.status == ClientStatus.client)
    )


def select_sessions(actor: Actor) -> sa.Select[Any]:
    """Select the visible interactions for clients since the beginning of the federal fiscal year."""
    first = federal_year_start(clock.today(actor.zone))
    return sa.select(Interaction).where(
        visible(actor, Interaction),
        is_from(Interaction, first),
        Interaction.id.in_(sa.select(InteractionClient.interaction_id)),
    )


def is_client_gap(gap: ClientGap, actor: Actor) -> Condition:
    """Return the condition of clients in whose data something is missing or old."""
    today = clock.today(actor.zone)
    conditions: dict[ClientGap, Callable[[], Condition]] = {
        ClientGap.agreement: lambda: sa.not_(_has_agreement(today)),
        ClientGap.county: lambda: sa.and_(
            sa.func.coalesce(Client.county, "") == "", sa.func.coalesce(Organization.postal_code, "") == ""
        ),
        ClientGap.legal_form: lambda: Client.legal_form.is_(None),
        ClientGap.founded: lambda: Client.founded_on.is_(None),
        ClientGap.naics: lambda: sa.func.coalesce(Client.naics, "") == "",
        ClientGap.staff: lambda: sa.not_(_has_figure(FactKind.staff)),
        ClientGap.sales: lambda: sa.not_(_has_figure(FactKind.sales)),
        ClientGap.stale: lambda: _is_stale(add_months(today, -FIGURE_MONTHS), actor),
    }
    return conditions[gap]()


def _has_agreement(day: date) -> Condition:
    """Return whether the latest agreement on file that has begun still lasts: the rule by which sessions count."""
    latest = (
        sa.select(sa.func.coalesce(ClientAgreement.to_on, FAR))
        .where(
            ClientAgreement.organization_id == Organization.id, ClientAgreement.on_file, ClientAgreement.from_on <= day
        )
        .order_by(ClientAgreement.from_on.desc(), ClientAgreement.id.desc())
        .limit(1)
    )
    return sa.func.coalesce(latest.correlate_except(ClientAgreement).scalar_subquery() >= day, sa.false())


def _has_figure(kind: FactKind, since: date | None = None) -> Condition:
    condition = sa.exists().where(
        DatedFact.organization_id == Organization.id, DatedFact.kind == kind, DatedFact.number.is_not(None)
    )
    return (condition if since is None else condition.where(DatedFact.as_of >= since)).correlate_except(DatedFact)


def _is_stale(since: date, actor: Actor) -> Condition:
    """Return the condition of clients that have a yearly figure, but none since a day."""
    kinds = [kind for kind in YEARLY if not (kind.is_hidden and actor.hides_money)]
    return sa.or_(*(sa.and_(_has_figure(kind), sa.not_(_has_figure(kind, since))) for kind in kinds))


def is_session_gap(gap: SessionGap, _actor: Actor) -> Condition:
    """Return the condition of interactions for clients in which something is missing."""
    C, T = InteractionClient, InteractionTime  # noqa: N806 - read several times
    is_held = Interaction.state == InteractionState.held
    if gap is SessionGap.outcome:
        return sa.and_(Interaction.state == InteractionState.planned, Interaction.at < clock.now())
    rows = sa.exists().where(C.interaction_id == Interaction.id, C.countable).correlate_except(C)
    if gap is SessionGap.funder:
        return sa.and_(is_held, rows.where(C.funder_id.is_(None)))
    logged = (
        sa.exists()
        .where(T.interaction_id == C.interaction_id, T.client_id == C.client_id, T.contact + T.prep > 0)
        .correlate_except(T)
    )
    return sa.and_(is_held, rows.where(sa.not_(logged), session_type != SessionType.update_only))
