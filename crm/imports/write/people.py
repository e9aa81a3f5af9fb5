"""Write planned people: new ones in bulk, existing ones one by one; with history and search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert
from crm.core.data.chunks import chunked
from crm.core.data.record import update_dependents
from crm.core.policy import Actor
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.followups.policy import staggered_start
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.planned import PlannedPerson
from crm.imports.policy import LineOutcome
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer as TeamOf
from crm.people.policy import team_of_person
from crm.people.services import refresh_person_name
from crm.records.models import ContactPoint, RecordTag
from crm.records.services import update_access

from .new_organizations import create_organizations
from .organizations import contact_point_values
from .tags import add_tags, get_or_create_tags, row_tag_ids

Progress = Callable[[int], None]
STEP = 1_000
"""Rows between two calls of `on_progress`."""


def write_people(actor: Actor, lines: Sequence[ImportLine], options: ImportOptions, on_progress: Progress) -> None:
    """Insert and update the people of the lines and set each line's `record_id`."""
    written = [line for line in lines if line.outcome.writes]
    organizations = create_organizations(
        [line.data.organization for line in written if line.data.organization is not None]
    )
    tags = get_or_create_tags(t for line in written for t in line.data.tags)
    updates = [line for line in written if line.outcome is LineOutcome.update]
    bulk, today, start = BulkInsert(db.session()), clock.today(actor.zone), options.written_before
    for n, line in enumerate(line for line in written if line.outcome is LineOutcome.new):
        line.record_id = _add(bulk, actor, line.data, options)
        _add_children(bulk, line.record_id, line.data, tags, 0)
        if options.tier:
            start = _add_contact_date(bulk, line.record_id, Tier.from_code(options.tier), today, start)
        if n % STEP == 0:
            on_progress(n)
    bulk.write()
    for part in chunked(updates):
        _update(part, tags)
    update_access("person", [line.record_id or 0 for line in written if _may_be_confidential(line)])
    on_progress(len(written))
    assert all(organization.id for organization in organizations)  # noqa: S101 - each position needs an organization


def _may_be_confidential(line: ImportLine) -> bool:
    """Return whether a person's access may follow from the organization: a new one is open if its organization is."""
    organization = line.data.organization
    return organization is not None and (organization.confidential or line.outcome is not LineOutcome.new)


def _add(bulk: BulkInsert, actor: Actor, planned: PlannedPerson, options: ImportOptions) -> int:
    return bulk.add(
        Person,
        uid=planned.uid,
        team_id=planned.team_id(actor, options.team_id),
        counselor_id=planned.counselor_id or actor.id,
        **planned.naming,
        **planned.values,
    )


def _add_children(
    bulk: BulkInsert, person_id: int, planned: PlannedPerson, tags: dict[str, int], position: int
) -> None:
    """Add contact points, position and tags of a new person."""
    for index, point in enumerate(planned.points, position):
        bulk.add(ContactPoint, **contact_point_values(person_id, point, index))
    if planned.organization is not None:
        bulk.add(
            Affiliation, person_id=person_id, organization_id=planned.organization.id, main=True, **planned.affiliation
        )
    for tag_id in row_tag_ids(tags, planned.tags):
        bulk.add(RecordTag, record_id=person_id, tag_id=tag_id)


def _add_contact_date(bulk: BulkInsert, person_id: int, tier: Tier, today: date, position: int) -> int:
    """Add a keep-in-touch interval; start dates are spread out, three people a day. Return the next position."""
    bulk.add(Cadence, record_id=person_id, tier=tier, counts_from=staggered_start(today, position))
    return position + 1


def _update(lines: Sequence[ImportLine], tags: dict[str, int]) -> None:
    ids = {line.record_id for line in lines if line.record_id is not None}
    people = {p.id: p for p in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    existing_points = _load_points(ids)
    positions = list(db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id.in_(ids))))
    before = {p.id: (p.label, p.native_label, p.team_id) for p in people.values()}
    for line in lines:
        person, planned = people[line.record_id or 0], line.data
        _fill_blanks(person, planned)
        for point in planned.points:
            if (person.id, point.same_as) not in existing_points:
                existing_points.add((person.id, point.same_as))
                db.session.add(ContactPoint(**contact_point_values(person.id, point, 100)))
        if planned.organization is not None:
            _add_position(person.id, planned.organization.id, planned.affiliation, positions)
            if not person.confidential:
                person.team_id = team_of_person([TeamOf(person.team_id), TeamOf(planned.organization.team_id)], None)
    add_tags(tags, lines)
    refresh_person_name(*people.values())
    for person in people.values():
        if before[person.id] != (person.label, person.native_label, person.team_id):
            update_dependents(person)


def _add_position(
    person_id: int, organization_id: int, values: Mapping[str, Any], positions: list[Affiliation]
) -> None:
    """Add a position, the first current one as the primary one. A further row about the same one fills its blanks."""
    own = [position for position in positions if position.person_id == person_id]
    row = next((position for position in own if position.organization_id == organization_id), None)
    if row is None:
        has_main = any(position.main and position.to_on is None for position in own)
        row = Affiliation(person_id=person_id, organization_id=organization_id, main=not has_main)
        positions.append(row)
        db.session.add(row)
    for name, value in values.items():
        if not getattr(row, name):
            setattr(row, name, value)


def _load_points(ids: set[int]) -> set[tuple[int, tuple[Any, str]]]:
    stmt = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
    rows = db.session.execute(stmt.where(ContactPoint.record_id.in_(ids)))
    return {(record_id, (medium, value or raw)) for record_id, medium, value, raw in rows}


def _fill_blanks(person: Person, planned: PlannedPerson) -> None:
    for name, value in planned.values.items():
        if not getattr(person, name):
            setattr(person, name, value)
    if planned.values.get("city"):
        person.city_key = names.city_key(person.city)
