"""Write planned organizations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert
from crm.core.data.chunks import chunked
from crm.core.data.record import update_dependents
from crm.core.data.record_names import naming
from crm.core.policy import Actor
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.planned import PlannedOrganization
from crm.imports.plan.points import PlannedPoint
from crm.imports.policy import LineOutcome
from crm.organizations.models import Alias, Organization, OrganizationRoleLink, OrganizationSector
from crm.organizations.policy import AliasKind
from crm.organizations.services import FACTS, refresh_organization_name
from crm.records.models import ContactPoint, RecordTag

from .tags import add_tags, get_or_create_tags, row_tag_ids

Progress = Callable[[int], None]
STEP = 1_000


def write_organizations(
    _actor: Actor, lines: Sequence[ImportLine], _options: ImportOptions, on_progress: Progress
) -> None:
    """Insert and update the organizations of the lines and set each line's `record_id`."""
    written = [line for line in lines if line.outcome.writes]
    tags = get_or_create_tags(t for line in written for t in line.data.tags)
    bulk = BulkInsert(db.session())
    for n, line in enumerate(line for line in written if line.outcome is LineOutcome.new):
        line.record_id = insert_organization(bulk, line.data)
        for tag_id in row_tag_ids(tags, line.data.tags):
            bulk.add(RecordTag, record_id=line.record_id, tag_id=tag_id)
        if n % STEP == 0:
            on_progress(n)
    bulk.write()
    for part in chunked(line for line in written if line.outcome is LineOutcome.update):
        _update(part, tags)


def insert_organization(bulk: BulkInsert, planned: PlannedOrganization, facts: dict[str, Any] | None = None) -> int:
    """Insert an organization with its children and return its id; `facts` are columns of its role."""
    v = planned.values
    tokens = [
        names.organization_tokens(v["name"], v["native_name"], *planned.aliases),
        names.tokens(v["city"]),
        *(p.tokens for p in planned.points),
    ]
    organization_id = bulk.add(
        Organization,
        uid=planned.uid,
        team_id=planned.team_id,
        counselor_id=planned.counselor_id,
        **naming(v["name"], v["native_name"], tokens),
        **v,
    )
    for role in planned.roles:
        bulk.add(OrganizationRoleLink, organization_id=organization_id, role=role)
        if role in FACTS:
            bulk.add(FACTS[role], organization_id=organization_id, **(facts or {}))
    _add_children(bulk, organization_id, planned, 0)
    return organization_id


def _add_children(bulk: BulkInsert, organization_id: int, planned: PlannedOrganization, position: int) -> None:
    for name in planned.aliases:
        bulk.add(Alias, organization_id=organization_id, kind=AliasKind.trading, name=name)
    for sector_id in dict.fromkeys(planned.sectors):
        bulk.add(OrganizationSector, organization_id=organization_id, sector_id=sector_id)
    for index, point in enumerate(planned.points, position):
        bulk.add(ContactPoint, **contact_point_values(organization_id, point, index))


def contact_point_values(record_id: int, point: PlannedPoint, position: int) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "medium": point.medium,
        "label": point.label,
        "raw": point.raw,
        "value": point.value,
        "extension": point.extension,
        "position": position,
    }


def _update(lines: Iterable[ImportLine], tags: Mapping[str, int]) -> None:
    """Fill blanks and add new children; two rows of one organization add each child once."""
    updates = list(lines)
    ids = {line.record_id for line in updates if line.record_id is not None}
    organizations = {f.id: f for f in db.session.scalars(sa.select(Organization).where(Organization.id.in_(ids)))}
    merged_rows: dict[int, PlannedOrganization] = {}
    labels = {f.id: (f.label, f.native_label) for f in organizations.values()}
    for line in updates:
        organization, planned = organizations[line.record_id or 0], line.data
        _fill_blanks(organization, planned)
        first = merged_rows.setdefault(organization.id, planned)
        if first is not planned:
            first.points = tuple({p.same_as: p for p in (*planned.points, *first.points)}.values())
            first.aliases = tuple(dict.fromkeys((*first.aliases, *planned.aliases)))
            first.sectors = tuple(dict.fromkeys((*first.sectors, *planned.sectors)))
    add_tags(tags, updates)
    db.session.flush()
    bulk = BulkInsert(db.session())
    for organization_id, planned in merged_rows.items():
        _add_children(bulk, organization_id, planned, 100)
    bulk.write()
    refresh_organization_name(*organizations.values())
    for organization in organizations.values():
        if labels[organization.id] != (organization.label, organization.native_label):
            update_dependents(organization)  # People are found by the names of their organizations.


def _fill_blanks(organization: Organization, planned: PlannedOrganization) -> None:
    for name, value in planned.values.items():
        if not getattr(organization, name):
            setattr(organization, name, value)
    organization.city_key = names.city_key(organization.city)
