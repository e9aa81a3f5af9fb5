"""Facts that a funder requires to count the time of a client."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.interactions import policy
from crm.interactions.policy import CountFacts, Missing
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind

MONEY = frozenset({Missing.sales, Missing.funder})


def count_facts(
    actor: Actor, ids: Collection[int], day: date, funders: dict[int, int | None] | None = None
) -> dict[int, CountFacts]:
    """Return the facts of visible clients on a day by id, in three statements.

    `funders`: funder id of the session by client.
    """
    if not ids:
        return {}
    stmt = (
        sa.select(Organization.id, Organization.postal_code, Client.county, Client.legal_form, Client.founded_on)
        .outerjoin(Client, Client.organization_id == Organization.id)
        .where(Organization.id.in_(ids), visible(actor, Organization))
    )
    agreements, figures = _agreements(ids, day), _figures(ids, day)
    facts = {}
    for i, zip_code, county, legal_form, founded_on in db.session.execute(stmt):
        begins, ends = agreements.get(i, (None, None))
        facts[i] = CountFacts(
            begins,
            ends,
            county,
            zip_code,
            legal_form.value if legal_form else None,
            founded_on,
            figures.get((i, FactKind.staff)),
            figures.get((i, FactKind.sales)),
            (funders or {}).get(i),
        )
    return facts


def _agreements(ids: Collection[int], day: date) -> dict[int, tuple[date, date | None]]:
    """Return the latest agreement on file up to a day by client."""
    a = ClientAgreement
    stmt = (
        sa.select(a.organization_id, a.from_on, a.to_on)
        .where(a.organization_id.in_(ids), a.on_file, a.from_on <= day)
        .order_by(a.from_on, a.id)
    )
    return {i: (begins, ends) for i, begins, ends in db.session.execute(stmt)}


def _figures(ids: Collection[int], day: date) -> dict[tuple[int, FactKind], Any]:
    """Return the latest figures of staff and sales up to a day by client."""
    f = DatedFact
    stmt = (
        sa.select(f.organization_id, f.kind, f.number)
        .where(f.organization_id.in_(ids), f.kind.in_((FactKind.staff, FactKind.sales)), f.as_of <= day)
        .where(f.number.is_not(None))
        .order_by(f.as_of, f.id)
    )
    rows = db.session.execute(stmt)
    return {(i, kind): int(number or 0) if kind is FactKind.staff else number for i, kind, number in rows}


def missing_for(
    actor: Actor, ids: Collection[int], day: date, funders: dict[int, int | None] | None = None
) -> dict[int, tuple[Missing, ...]]:
    """Return the missing requirements by client; sales and funder are left out for the China desk."""
    hidden = MONEY if actor.hides_money else frozenset()
    facts = count_facts(actor, ids, day, funders)
    return {i: tuple(m for m in policy.missing_requirements(f, day) if m not in hidden) for i, f in facts.items()}


def missing_requirements(actor: Actor, client_id: int, day: date, funder_id: int | None = None) -> tuple[Missing, ...]:
    """Return the missing requirements of one client for a session on that day."""
    return missing_for(actor, [client_id], day, {client_id: funder_id}).get(client_id, ())
