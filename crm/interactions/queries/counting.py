"""Facts that a funder requires to count the time of a client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, fetch
from crm.core.data.record import visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.interactions import counting
from crm.interactions.counting import CountFacts, RequiredFact
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind

IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
AGREEMENTS = (
    sa.select(ClientAgreement.organization_id, ClientAgreement.from_on, ClientAgreement.to_on)
    .where(ClientAgreement.organization_id.in_(IDS), ClientAgreement.on_file)
    .order_by(ClientAgreement.from_on, ClientAgreement.id)
)
FIGURES = (
    sa.select(DatedFact.organization_id, DatedFact.kind, DatedFact.as_of, DatedFact.number, DatedFact.currency)
    .where(DatedFact.organization_id.in_(IDS), DatedFact.number.is_not(None))
    .order_by(DatedFact.as_of, DatedFact.id)
)
MONEY = frozenset({RequiredFact.sales, RequiredFact.funder})


@dataclass
class ClientHistory:
    """What is on record of a client: undated facts, agreements on file and figures by their first day, in order."""

    county: str | None
    zip_code: str | None
    legal_form: str | None
    founded_on: date | None
    naics: str | None
    agreements: list[tuple[date, date | None]] = field(default_factory=list)
    figures: dict[FactKind, list[tuple[date, Any, str]]] = field(default_factory=lambda: defaultdict(list))

    def facts_on(self, day: date, funder: str | int | None = None, english_line: str | None = None) -> CountFacts:
        """Return the facts of a session on a day: the latest agreement and figures that begin on it or before."""
        begins, ends = next((x for x in reversed(self.agreements) if x[0] <= day), (None, None))
        return CountFacts(
            agreement_on=begins,
            agreement_until=ends,
            county=self.county,
            zip_code=self.zip_code,
            legal_form=self.legal_form,
            founded_on=self.founded_on,
            staff=self.figure_on(FactKind.staff, day),
            sales=self.figure_on(FactKind.sales, day),
            funder=funder,
            naics=self.naics,
            english_line=english_line,
        )

    def figure_on(self, kind: FactKind, day: date) -> Any:
        """Return the latest figure up to a day; None without one."""
        return next((number for as_of, number, _currency in reversed(self.figures[kind]) if as_of <= day), None)


def load_client_histories(actor: Actor, ids: Collection[int]) -> dict[int, ClientHistory]:
    """Return what is on record of visible clients, by id, in three statements."""
    if not ids:
        return {}
    histories = {
        i: ClientHistory(county, zip_code, legal_form.value if legal_form else None, founded_on, naics)
        for i, county, zip_code, legal_form, founded_on, naics in _clients(actor, ids=list(ids))
    }
    values = {"ids": list(histories)}
    agreements, figures = run_together(partial(fetch, AGREEMENTS, values), partial(fetch, FIGURES, values))
    for i, begins, ends in agreements:
        histories[i].agreements.append((begins, ends))
    for i, kind, as_of, number, currency in figures:
        value = int(number or 0) if kind is FactKind.staff else number
        histories[i].figures[kind].append((as_of, value, currency or "USD"))
    return histories


@cached_query
def _clients(viewer: AccessProfile) -> Select:
    columns = (Organization.id, Client.county, Organization.postal_code, Client.legal_form, Client.founded_on)
    return (
        sa.select(*columns, Client.naics)
        .outerjoin(Client, Client.organization_id == Organization.id)
        .where(Organization.id.in_(IDS), visible(viewer, Organization))
    )


def count_facts(
    actor: Actor, ids: Collection[int], day: date, funders: dict[int, int | None] | None = None
) -> dict[int, CountFacts]:
    """Return the facts of visible clients on a day by id, in three statements.

    `funders`: funder id of the session by client.
    """
    histories = load_client_histories(actor, ids)
    return {i: history.facts_on(day, (funders or {}).get(i)) for i, history in histories.items()}


def missing_for(
    actor: Actor, ids: Collection[int], day: date, funders: dict[int, int | None] | None = None
) -> dict[int, tuple[RequiredFact, ...]]:
    """Return the missing requirements by client; sales and funder are left out for the China desk."""
    hidden = MONEY if actor.hides_money else frozenset()
    facts = count_facts(actor, ids, day, funders)
    return {i: tuple(m for m in counting.missing_requirements(f, day) if m not in hidden) for i, f in facts.items()}


def missing_requirements(
    actor: Actor, client_id: int, day: date, funder_id: int | None = None
) -> tuple[RequiredFact, ...]:
    """Return the missing requirements of one client for a session on that day."""
    return missing_for(actor, [client_id], day, {client_id: funder_id}).get(client_id, ())
