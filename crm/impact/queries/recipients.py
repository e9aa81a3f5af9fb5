"""Who can get the surveys of a client: people who work there and may be emailed."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import find_visible
from crm.core.policy import SYSTEM, Actor
from crm.impact.policy import SurveyRefusal
from crm.people.models import Affiliation
from crm.people.policy import EmailRefusal
from crm.people.position_dates import is_over
from crm.people.queries import OrganizationMember, find_email_refusals, list_organization_members
from crm.records.policy import ContactMedium
from crm.records.queries import points_of

Refusal = EmailRefusal | SurveyRefusal


def list_recipients(actor: Actor, client_id: int | None) -> list[OrganizationMember]:
    """Return the people who work at a client, as far as the actor may see them and the client; each once."""
    if client_id is None or find_visible(actor, client_id) is None:
        return []
    today = clock.today(actor.zone)
    members = {row.id: row for row in list_organization_members(actor, client_id) if not is_over(row.to_on, today)}
    return list(members.values())


def find_survey_refusals(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Refusal]:
    """Return by client and recipient why some of these get no survey; five statements."""
    if not pairs:
        return {}
    by_email = find_email_refusals({person_id for _client_id, person_id in pairs})
    affiliation = Affiliation.__table__.c
    stmt = sa.select(affiliation.organization_id, affiliation.person_id).where(
        affiliation.organization_id.in_({client_id for client_id, _person_id in pairs}),
        affiliation.person_id.in_({person_id for _client_id, person_id in pairs}),
        sa.or_(affiliation.to_on.is_(None), affiliation.to_on >= clock.today(SYSTEM.zone)),
    )
    current = {(row.organization_id, row.person_id) for row in db.session.execute(stmt)}
    points = points_of({person_id for _client_id, person_id in pairs})
    refusals: dict[tuple[int, int], Refusal] = {
        pair: SurveyRefusal.no_address
        for pair in pairs
        if all(x.medium is not ContactMedium.email for x in points[pair[1]])
    }
    refusals |= dict.fromkeys(set(pairs) - current, SurveyRefusal.departed)
    return refusals | {pair: by_email[pair[1]] for pair in pairs if pair[1] in by_email}
