"""Write planned follow-ups, and update the next steps of the records they are about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert
from crm.core.data.chunks import chunked
from crm.core.data.record import visible
from crm.core.data.record_names import naming
from crm.core.policy import Actor
from crm.followups.dates import refresh_next_steps
from crm.followups.models import FollowUp, FollowUpAbout
from crm.imports.plan.followups import PlannedFollowUp
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.policy import LineOutcome
from crm.organizations.models import Organization
from crm.people.models import Affiliation
from crm.records.services import update_access

STEP = 1_000


def write_followups(
    actor: Actor, lines: Sequence[ImportLine], _options: ImportOptions, on_progress: Callable[[int], None]
) -> None:
    """Insert the follow-ups of the lines and set each line's `record_id`."""
    bulk = BulkInsert(db.session())
    new = [line for line in lines if line.outcome is LineOutcome.new]
    organizations = _main_organizations(actor, {f.id for line in new for f in line.data.about if f.kind == "person"})
    changed: set[int] = set()
    for n, line in enumerate(new):
        planned: PlannedFollowUp = line.data
        line.record_id = bulk.add(
            FollowUp,
            uid=planned.uid,
            team_id=planned.team_id,
            **naming(planned.values["title"], None),
            **planned.values,
        )
        for record_id in _list_record_ids(planned, organizations):
            bulk.add(FollowUpAbout, followup_id=line.record_id, record_id=record_id)
            changed.add(record_id)
        if n % STEP == 0:
            on_progress(n)
    bulk.write()
    update_access("followup", [line.record_id for line in new if line.record_id is not None])
    for part in chunked(sorted(changed)):
        refresh_next_steps(part)


def _list_record_ids(planned: PlannedFollowUp, organizations: dict[int, list[int]]) -> list[int]:
    """Return the ids of the records and of the main organizations of the people among them, as `add_follow_up` does."""
    ids = [f.id for f in planned.about]
    return list(dict.fromkeys((*ids, *(i for person_id in ids for i in organizations.get(person_id, ())))))


def _main_organizations(actor: Actor, people: Collection[int]) -> dict[int, list[int]]:
    """Return the main organizations of people, as far as the actor sees them."""
    by_person: dict[int, list[int]] = {}
    for part in chunked(sorted(people)):
        stmt = (
            sa.select(Affiliation.person_id, Affiliation.organization_id)
            .join(Organization, Organization.id == Affiliation.organization_id)
            .where(Affiliation.person_id.in_(part), Affiliation.to_on.is_(None), Affiliation.main)
            .where(visible(actor, Organization))
        )
        for person_id, organization_id in db.session.execute(stmt):
            by_person.setdefault(person_id, []).append(organization_id)
    return by_person
