"""People who get no email from users, surveys or check-ins, because they asked for it or withdrew their consent."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.people.models import Person
from crm.people.policy import ConsentKind, EmailRefusal
from crm.records.opt_outs import find_opt_outs
from crm.records.policy import Medium
from crm.records.queries import points_of


def find_email_refusals(ids: Collection[int]) -> dict[int, EmailRefusal]:
    """Return by person why those of these people who get no email get none; three statements."""
    if not ids:
        return {}
    stmt = sa.select(Person.__table__.c.id).where(Person.__table__.c.id.in_(ids))
    no_consent_ids = set(db.session.scalars(stmt.where(Person.__table__.c.consent == ConsentKind.withdrawn)))
    addresses = {
        record_id: {point.value.lower() for point in points if point.medium is Medium.email and point.value}
        for record_id, points in points_of(ids).items()
    }
    stopped = find_opt_outs({address for of_person in addresses.values() for address in of_person})
    refusals = dict.fromkeys(no_consent_ids, EmailRefusal.withdrawn)
    return refusals | {i: EmailRefusal.opted_out for i, of_person in addresses.items() if of_person & stopped}
