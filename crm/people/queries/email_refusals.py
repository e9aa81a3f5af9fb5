"""People who get no email from users, surveys or check-ins, because they asked for it or withdrew their consent."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import sqlalchemy as sa

from crm.core.data.base import fetch_values
from crm.core.data.together import run_together
from crm.people.models import Person
from crm.people.policy import ConsentKind, EmailRefusal
from crm.records.opt_outs import find_opt_outs
from crm.records.policy import Medium
from crm.records.queries import points_of


def find_email_refusals(ids: Collection[int]) -> dict[int, EmailRefusal]:
    """Return by person why those of these people who get no email get none."""
    if not ids:
        return {}
    person = Person.__table__.c
    stmt = sa.select(person.id).where(person.id.in_(ids), person.consent == ConsentKind.withdrawn)
    no_consent_ids, points_by_person = run_together(partial(fetch_values, stmt), partial(points_of, ids))
    addresses = {
        record_id: {point.value.lower() for point in points if point.medium is Medium.email}
        for record_id, points in points_by_person.items()
    }
    stopped = find_opt_outs({address for of_person in addresses.values() for address in of_person})
    refusals = dict.fromkeys(no_consent_ids, EmailRefusal.withdrawn)
    return refusals | {i: EmailRefusal.opted_out for i, of_person in addresses.items() if of_person & stopped}
