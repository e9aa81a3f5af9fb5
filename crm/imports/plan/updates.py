"""Updates of existing records: a row adds what a person or an organization doesn't have yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.plain_columns import PLAIN_COLUMNS
from crm.organizations.models import Alias, Organization, OrganizationSector
from crm.people.models import Affiliation, Person
from crm.people.queries import has_readable_contact_details
from crm.records.models import ContactPoint, RecordTag, Tag

from .line import ImportLine
from .planned import PlannedOrganization, PlannedPerson, limit_tags

NAME_COLUMNS = (("family_native", "given_native"), ("family_latin", "given_latin"), ("english_name",))
PERSON_COLUMNS = (
    "address_as",
    "languages",
    "country",
    "city",
    "address",
    "native_address",
    "note",
    *PLAIN_COLUMNS["people"],
)
ORGANIZATION_COLUMNS = (
    "native_name",
    "country",
    "region",
    "city",
    "postal_code",
    "address",
    "native_address",
    "website",
    "uscc",
    "read_first",
    *PLAIN_COLUMNS["organizations"],
)
POINTS = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)


@dataclass
class ExistingPerson:
    """The stored values of a person whom a row may update."""

    values: dict[str, Any]
    points: set[tuple[Any, str]]
    organization_ids: set[int]
    tags: set[str]


def load_existing_people(actor: Actor, ids: Iterable[int]) -> dict[int, ExistingPerson]:
    """Return the stored values of these people by id, without contact details that the actor may not see.

    Those count as new in the preview; writing the file adds none a second time.
    """
    names_of = [name for part in NAME_COLUMNS for name in part]
    columns = [Person.id, Person.counselor_id, *(getattr(Person, name) for name in (*names_of, *PERSON_COLUMNS))]
    people: dict[int, ExistingPerson] = {}
    for part in chunked(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Person.id.in_(part))).mappings():
            people[row["id"]] = ExistingPerson(dict(row), set(), set(), set())
        points = POINTS.join(Person, Person.id == ContactPoint.record_id).where(ContactPoint.record_id.in_(part))
        _add_points(people, points.where(has_readable_contact_details(actor)))
        jobs = sa.select(Affiliation.person_id, Affiliation.organization_id).where(Affiliation.person_id.in_(part))
        for person_id, organization_id in db.session.execute(jobs):
            people[person_id].organization_ids.add(organization_id)
        _add_tags(people, part)
    return people


def add_to_person(line: ImportLine, existing: ExistingPerson) -> None:
    """Reduce the planned values to what the person doesn't have yet; existing values are never overwritten."""
    planned: PlannedPerson = line.data
    current = existing.values
    values = {name: planned.values[name] for name in PERSON_COLUMNS if planned.values[name] and not current[name]}
    for part in NAME_COLUMNS:
        if not any(current[name] for name in part):
            values |= {name: planned.values[name] for name in part if planned.values[name]}
    points = tuple(p for p in planned.points if p.same_as not in existing.points)
    organization = (
        planned.organization
        if planned.organization is not None and planned.organization.id not in existing.organization_ids
        else None
    )
    tags = limit_tags(line, existing.tags)
    line.data = PlannedPerson(values, points, organization, planned.affiliation, tags)
    added = [*(str(p.medium) for p in points), *(str(Person.__table__.c[name].info["label"]) for name in values)]
    added += [_("Works at")] if organization is not None else []
    added += [_("Tags")] if tags else []
    _explain_update(line, added)


@dataclass
class ExistingOrganization:
    """The stored values of an organization that a row may update."""

    values: dict[str, Any]
    points: set[tuple[Any, str]]
    aliases: set[str]
    sectors: set[int]
    tags: set[str]


def load_existing_organizations(ids: Iterable[int]) -> dict[int, ExistingOrganization]:
    """Return the stored values of these organizations by id."""
    columns = [Organization.id, Organization.name, *(getattr(Organization, name) for name in ORGANIZATION_COLUMNS)]
    organizations: dict[int, ExistingOrganization] = {}
    for part in chunked(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Organization.id.in_(part))).mappings():
            organizations[row["id"]] = ExistingOrganization(dict(row), set(), set(), set(), set())
        _add_points(organizations, POINTS.where(ContactPoint.record_id.in_(part)))
        aliases = sa.select(Alias.organization_id, Alias.name).where(Alias.organization_id.in_(part))
        for record_id, name in db.session.execute(aliases):
            organizations[record_id].aliases.add(name.casefold())
        links = OrganizationSector
        sectors = sa.select(links.organization_id, links.sector_id).where(links.organization_id.in_(part))
        for record_id, sector_id in db.session.execute(sectors):
            organizations[record_id].sectors.add(sector_id)
        _add_tags(organizations, part)
    return organizations


def add_to_organization(line: ImportLine, existing: ExistingOrganization) -> None:
    """Reduce the planned values to what the organization doesn't have yet; existing values are never overwritten."""
    planned: PlannedOrganization = line.data
    own = {existing.values["name"], existing.values["native_name"]}
    planned.values = {
        name: planned.values[name]
        for name in ORGANIZATION_COLUMNS
        if planned.values[name] and not existing.values[name] and planned.values[name] not in own
    }
    planned.points = tuple(p for p in planned.points if p.same_as not in existing.points)
    planned.aliases = tuple(a for a in planned.aliases if a.casefold() not in existing.aliases and a not in own)
    planned.sectors = tuple(i for i in planned.sectors if i not in existing.sectors)
    planned.tags = limit_tags(line, existing.tags)
    planned.roles = ()
    added = [str(Organization.__table__.c[name].info["label"]) for name in planned.values]
    added += [str(p.medium) for p in planned.points]
    added += [_("Other names")] if planned.aliases else []
    added += [_("Sectors")] if planned.sectors else []
    added += [_("Tags")] if planned.tags else []
    _explain_update(line, added)


def _add_points(records: Mapping[int, ExistingPerson | ExistingOrganization], stmt: sa.Executable) -> None:
    for record_id, medium, value, raw in db.session.execute(stmt):
        records[record_id].points.add((medium, value or raw))


def _add_tags(records: Mapping[int, ExistingPerson | ExistingOrganization], ids: Collection[int]) -> None:
    stmt = sa.select(RecordTag.record_id, Tag.key).join(Tag, Tag.id == RecordTag.tag_id)
    for record_id, key in db.session.execute(stmt.where(RecordTag.record_id.in_(ids))):
        records[record_id].tags.add(key)


def _explain_update(line: ImportLine, added: Iterable[str]) -> None:
    """Set the reason of a line by the labels of what it adds; without any, the record is up to date."""
    name = next((m.label for m in line.matches if m.id == line.record_id), "")
    if added:
        line.reason = _("Adds to %(name)s: %(fields)s", name=name, fields=", ".join(dict.fromkeys(added)))
    else:
        line.outcome, line.reason = LineOutcome.unchanged, _("%(name)s is already up to date", name=name)
