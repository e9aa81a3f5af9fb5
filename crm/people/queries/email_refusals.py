"""People who get no email from users, surveys or check-ins: who opted out, withdrew the consent, or is archived."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.people.models import Person
from crm.people.policy import ConsentKind, EmailRefusal
from crm.records.opt_outs import find_opt_outs
from crm.records.policy import ContactMedium
from crm.records.queries import points_of


def find_email_refusals(ids: Collection[int]) -> dict[int, EmailRefusal]:
    """Return by person why those of these people who get no email get none."""
    if not ids:
        return {}
    person, record = Person.__table__.c, Record.__table__.c
    has_withdrawn = person.consent.is_not_distinct_from(ConsentKind.withdrawn)
    stmt = sa.select(person.id, has_withdrawn).join(Record.__table__, record.id == person.id)
    stmt = stmt.where(person.id.in_(ids), sa.or_(has_withdrawn, record.archived_at.is_not(None)))
    rows, points_by_person = run_together(partial(fetch, stmt), partial(points_of, ids))
    addresses = {
        record_id: {point.value.lower() for point in points if point.medium is ContactMedium.email}
        for record_id, points in points_by_person.items()
    }
    stopped = find_opt_outs({address for of_person in addresses.values() for address in of_person})
    refusals = {i: EmailRefusal.withdrawn if is_withdrawn else EmailRefusal.archived for i, is_withdrawn in rows}
    return refusals | {i: EmailRefusal.opted_out for i, of_person in addresses.items() if of_person & stopped}
