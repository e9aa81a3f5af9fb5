"""Write planned rows of organizations and of posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.bulk import Bulk
from crm.core.data.record import merged, naming
from crm.core.policy import Actor
from crm.imports.plan.existing import in_parts
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.organizations import PlannedOrganization
from crm.imports.plan.points import NewPoint
from crm.imports.policy import LineOutcome
from crm.organizations.models import Alias, Organization, OrganizationRoleLink, OrganizationSector
from crm.organizations.policy import AliasKind
from crm.organizations.services import FACTS
from crm.records.models import ContactPoint, RecordTag

from .tags import tag_ids, those

Progress = Callable[[int], None]
STEP = 1_000


def write_organizations(actor: Actor, lines: Sequence[ImportLine], _options: ImportOptions, tell: Progress) -> None:  # noqa: ARG001
    """Make and change the organizations of the lines. Each line's `record_id` is the organization afterwards."""
    mine = [line for line in lines if line.outcome.writes]
    tags = tag_ids(t for line in mine for t in line.data.tags)
    bulk = Bulk(db.session())
    for n, line in enumerate(line for line in mine if line.outcome is LineOutcome.new):
        line.record_id = insert_organization(bulk, line.data)
        for tag_id in those(tags, line.data.tags):
            bulk.add(RecordTag, record_id=line.record_id, tag_id=tag_id)
        if n % STEP == 0:
            tell(n)
    bulk.write()
    for part in in_parts(line for line in mine if line.outcome is LineOutcome.adds):
        _bring_up_to_date(part)


def insert_organization(bulk: Bulk, told: PlannedOrganization, facts: dict[str, Any] | None = None) -> int:
    """Add an organization with roles, names, points; `facts` are those of its role as post, client or prime."""
    v = told.values
    words = [names.tokens(v["name"], v["native_name"], *told.aliases, v["city"]), *(p.tokens for p in told.points)]
    firm_id = bulk.add(
        Organization,
        uid=told.uid,
        team_id=told.team_id,
        counselor_id=told.counselor_id,
        **naming(v["name"], v["native_name"], words),
        **v,
    )
    for role in told.roles:
        bulk.add(OrganizationRoleLink, organization_id=firm_id, role=role)
        if role in FACTS:
            bulk.add(FACTS[role], organization_id=firm_id, **(facts or {}))
    _hang(bulk, firm_id, told, 0)
    return firm_id


def _hang(bulk: Bulk, firm_id: int, told: PlannedOrganization, position: int) -> None:
    for name in told.aliases:
        bulk.add(Alias, organization_id=firm_id, kind=AliasKind.trading, name=name)
    for sector_id in dict.fromkeys(told.sectors):
        bulk.add(OrganizationSector, organization_id=firm_id, sector_id=sector_id)
    for at, point in enumerate(told.points, position):
        bulk.add(ContactPoint, **point_values(firm_id, point, at))


def point_values(record_id: int, point: NewPoint, position: int) -> dict[str, Any]:
    """The columns of a contact point."""
    return {
        "record_id": record_id,
        "medium": point.medium,
        "label": point.label,
        "raw": point.raw,
        "value": point.value,
        "extension": point.extension,
        "position": position,
    }


def _bring_up_to_date(lines: Iterable[ImportLine]) -> None:
    """Fill blanks and add what is new; two rows of one organization add each thing once."""
    mine = list(lines)
    ids = {line.record_id for line in mine if line.record_id is not None}
    organizations = {f.id: f for f in db.session.scalars(sa.select(Organization).where(Organization.id.in_(ids)))}
    merged_rows: dict[int, PlannedOrganization] = {}
    for line in mine:
        organization, told = organizations[line.record_id or 0], line.data
        _fill(organization, told)
        first = merged_rows.setdefault(organization.id, told)
        if first is not told:
            first.points = tuple({p.same_as: p for p in (*told.points, *first.points)}.values())
            first.aliases = tuple(dict.fromkeys((*first.aliases, *told.aliases)))
            first.sectors = tuple(dict.fromkeys((*first.sectors, *told.sectors)))
    db.session.flush()
    bulk = Bulk(db.session())
    for firm_id, told in merged_rows.items():
        _hang(bulk, firm_id, told, 100)
    bulk.write()


def _fill(firm: Organization, told: PlannedOrganization) -> None:
    for name, value in told.values.items():
        if not getattr(firm, name):
            setattr(firm, name, value)
    firm.city_key = names.sort_key(firm.city)[:80] if firm.city else ""
    words = [firm.tokens, names.tokens(firm.native_name, *told.aliases, firm.city), *(p.tokens for p in told.points)]
    for name, value in naming(firm.name, firm.native_name, words).items():
        setattr(firm, name, value)
    firm.tokens = merged([firm.tokens, *words])
