"""Assistance and referrals of visible clients, and whether a client is eligible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.base import alias, db, fetch_rows_of
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import SYSTEM, Actor
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.policy.step import WITHOUT_REPORT, EligibilityFacts, EligibilityTest, check_eligibility, is_report_open
from crm.interactions.queries import load_client_histories
from crm.organizations.models import Client, Organization
from crm.organizations.policy import FactKind

Part = TypeVar("Part", Assistance, PartnerReferral)
CLIENT = alias(Record, "assisted_client")
CLIENT_NAME = sa.func.coalesce(sa.func.nullif(CLIENT.label, ""), CLIENT.native_label)


def get_part(cls: type[Part], actor: Actor, part_id: int, right: str) -> Part:
    """Return a row of a client that the actor sees. Raises NotFound, and Forbidden without the right on the client."""
    row = db.session.get(cls, part_id)
    if row is None:
        raise NotFound
    get_visible(Organization, actor, row.client_id, right)
    return row


def list_parts(cls: type[Part], client_id: int) -> Sequence[Part]:
    """List the assistance or the referrals of a client for reading, the latest first."""
    return fetch_rows_of(cls, "client_id", client_id, "-on", "-id")


def select_assistance(actor: Actor) -> sa.Select[Any]:
    """Select the assistance of visible clients. That of archived clients stays: the funder's money was spent."""
    return _select_parts(Assistance, actor)


def select_partner_referrals(actor: Actor) -> sa.Select[Any]:
    """Select the referrals of visible clients, also of archived ones."""
    return _select_parts(PartnerReferral, actor)


def _select_parts(cls: type[Part], actor: Actor) -> sa.Select[Any]:
    return sa.select(cls).join(CLIENT, CLIENT.id == cls.client_id).where(visible(actor, CLIENT))


@dataclass(frozen=True)
class ClientReportRow:
    """Assistance of a client under an award, with what identifies the client."""

    assistance: Assistance
    client: str
    county: str | None
    postal_code: str | None
    naics: str | None


def list_client_report(actor: Actor, award_id: int, *where: sa.ColumnElement[bool]) -> list[ClientReportRow]:
    """List the assistance under an award by client, as the list of assistance has it with its filter "counted".

    A file, so without confidential clients. Without what was declined or withdrawn: the client didn't get it. `where`
    limits it further.
    """
    organization: sa.Table = Organization.__table__  # type: ignore[assignment]
    columns = (Assistance, CLIENT_NAME, Client.county, organization.c.postal_code, Client.naics)
    stmt = (
        select_assistance(actor)
        .with_only_columns(*columns, maintain_column_froms=True)
        .outerjoin(Client, Client.organization_id == CLIENT.id)
        .outerjoin(organization, organization.c.id == CLIENT.id)
        .where(Assistance.award_id == award_id, Assistance.state.not_in(WITHOUT_REPORT))
        .where(sa.not_(CLIENT.confidential), *where)
        .order_by(CLIENT.sort_key, CLIENT.id, Assistance.on, Assistance.id)
    )
    return [ClientReportRow(*row) for row in db.session.execute(stmt)]


def list_reportable(award_id: int, team_id: int | None, first: date, last: date) -> list[ClientReportRow]:
    """List the assistance to the clients of a team (None: all) that a client report of a period has."""
    is_of_team = sa.true() if team_id is None else CLIENT.team_id == team_id
    return list_client_report(SYSTEM, award_id, Assistance.on.between(first, last), is_of_team)


@dataclass(frozen=True)
class AssistanceTotals:
    """Totals of assistance in US dollars: how many, to how many clients, approved, spent, the clients' match."""

    count: int
    clients: int
    approved: Decimal
    spent: Decimal
    match: Decimal
    open_reports: int


def sum_assistance(rows: Collection[ClientReportRow]) -> AssistanceTotals:
    """Return the totals of assistance. Reports that are due or overdue are open."""
    parts = [row.assistance for row in rows]
    approved, spent, match = (
        sum((getattr(x, name) or Decimal(0) for x in parts), Decimal(0)) for name in ("approved", "spent", "match")
    )
    open_reports = sum(is_report_open(x.state, x.report_due_on, x.report_received_on) for x in parts)
    return AssistanceTotals(len(parts), len({x.client_id for x in parts}), approved, spent, match, open_reports)


def load_eligibility(actor: Actor, client: Organization, day: date) -> tuple[EligibilityTest, ...]:
    """Return the tests of eligibility for STEP of a client on a day."""
    history = load_client_histories(actor, [client.id])[client.id]
    facts = history.facts_on(day)
    content = history.figure_on(FactKind.us_content, day)
    return check_eligibility(
        EligibilityFacts(client.country, history.founded_on, content, history.naics, facts.staff),
        day,
    )
