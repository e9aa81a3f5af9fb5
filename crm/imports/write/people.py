"""Write planned rows of people, new ones by the thousand, known ones one by one; all in history and search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.bulk import Bulk
from crm.core.data.record import merged, naming
from crm.core.policy import Actor
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.followups.policy import staggered_start
from crm.imports.plan.existing import in_parts
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.people import PersonToWrite
from crm.imports.plan.points import NewPoint
from crm.imports.policy import LineOutcome
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer as TeamOf
from crm.people.policy import team_of_person
from crm.people.services import full_name_of, refresh_person_name
from crm.records.models import ContactPoint, RecordTag
from crm.records.services import update_access

from .new_organizations import create_organizations
from .tags import tag_ids, those

Progress = Callable[[int], None]
STEP = 1_000
"""After how many rows progress is told."""


def write_people(actor: Actor, lines: Sequence[ImportLine], options: ImportOptions, tell: Progress) -> None:
    """Make and change the people of the lines. Each line's `record_id` is the person afterwards."""
    mine = [line for line in lines if line.outcome.writes]
    made = create_organizations([line.data.firm for line in mine if line.data.firm is not None])
    tags = tag_ids(t for line in mine for t in line.data.tags)
    known = [line for line in mine if line.outcome is LineOutcome.adds]
    bulk, today, start = Bulk(db.session()), clock.today(actor.zone), options.written_before
    for n, line in enumerate(line for line in mine if line.outcome is LineOutcome.new):
        line.record_id = _add(bulk, actor, line.data, options)
        _hang(bulk, line.record_id, line.data, tags, 0)
        if options.tier:
            start = _keep_in_touch(bulk, line.record_id, Tier.named(options.tier), today, start)
        if n % STEP == 0:
            tell(n)
    bulk.write()
    for part in in_parts(known):
        _bring_up_to_date(part, tags)
    update_access("person", [line.record_id or 0 for line in mine if line.data.firm is not None])
    tell(len(mine))
    assert all(organization.id for organization in made)  # noqa: S101 - a firm without a row would leave a job at no firm


def _add(bulk: Bulk, actor: Actor, told: PersonToWrite, options: ImportOptions) -> int:
    team_id = options.team_id or actor.first_team_id
    if told.firm is not None:
        team_id = team_of_person([TeamOf(told.firm.team_id)], team_id)
    return bulk.add(Person, uid=told.uid, team_id=team_id, counselor_id=actor.id, **told.naming, **told.values)


def _hang(bulk: Bulk, person_id: int, told: PersonToWrite, tags: dict[str, int], position: int) -> None:
    """Add points, the job and tags of a new person."""
    for at, point in enumerate(told.points, position):
        bulk.add(ContactPoint, **_point(person_id, point, at))
    if told.firm is not None:
        bulk.add(Affiliation, person_id=person_id, organization_id=told.firm.id, main=True, **told.job)
    for tag_id in those(tags, told.tags):
        bulk.add(RecordTag, record_id=person_id, tag_id=tag_id)


def _point(record_id: int, point: NewPoint, position: int) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "medium": point.medium,
        "label": point.label,
        "raw": point.raw,
        "value": point.value,
        "extension": point.extension,
        "position": position,
    }


def _keep_in_touch(bulk: Bulk, person_id: int, tier: Tier, today: date, position: int) -> int:
    """Silence counts from the day of import on, three people a day, so that they do not all come due at once."""
    bulk.add(Cadence, record_id=person_id, tier=tier, counts_from=staggered_start(today, position))
    return position + 1


def _bring_up_to_date(lines: Sequence[ImportLine], tags: dict[str, int]) -> None:
    ids = {line.record_id for line in lines if line.record_id is not None}
    people = {p.id: p for p in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    held = _held(ids)
    main = set(db.session.scalars(_main_jobs(ids)))
    for line in lines:
        person, told = people[line.record_id or 0], line.data
        _fill(person, told)
        for point in told.points:
            if (person.id, point.same_as) not in held:
                held.add((person.id, point.same_as))
                db.session.add(ContactPoint(**_point(person.id, point, 100)))
        if told.firm is not None:
            job = Affiliation(person_id=person.id, organization_id=told.firm.id, **told.job)
            job.main = person.id not in main
            db.session.add(job)
            if not person.confidential:
                person.team_id = team_of_person([TeamOf(person.team_id), TeamOf(told.firm.team_id)], None)
        for tag_id in those(tags, told.tags):
            _tag(person.id, tag_id)
    db.session.flush()
    # Which firms a person may be found by depends on who sees both.
    for person_id in {line.record_id or 0 for line in lines if line.data.firm is not None}:
        refresh_person_name(people[person_id])


def _main_jobs(ids: set[int]) -> sa.Select[Any]:
    today = Affiliation.to_on.is_(None)
    return sa.select(Affiliation.person_id).where(Affiliation.person_id.in_(ids), Affiliation.main, today)


def _held(ids: set[int]) -> set[tuple[int, tuple[Any, str]]]:
    stmt = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
    rows = db.session.execute(stmt.where(ContactPoint.record_id.in_(ids)))
    return {(record_id, (medium, value or raw)) for record_id, medium, value, raw in rows}


def _fill(person: Person, told: PersonToWrite) -> None:
    """Fill blanks; the name, and what the person is found by, follow."""
    for name, value in told.values.items():
        if not getattr(person, name):
            setattr(person, name, value)
    if told.values.get("city"):
        person.city_key = names.sort_key(person.city or "")[:80]
    shown = full_name_of(person)
    parts = (person.family_native, person.given_native, person.family_latin, person.given_latin)
    words = [person.tokens, names.person_tokens(*parts, person.english_name, person.city)]
    words += [p.tokens for p in told.points]
    named = naming(shown.latin or shown.native or "", shown.native if shown.latin else None, words)
    named["tokens"] = merged(words)
    for name, value in named.items():
        setattr(person, name, value)
    person.sort_key = names.person_sort_key(*parts) or person.sort_key


def _tag(person_id: int, tag_id: int) -> None:
    if db.session.get(RecordTag, (person_id, tag_id)) is None:
        db.session.add(RecordTag(record_id=person_id, tag_id=tag_id))
