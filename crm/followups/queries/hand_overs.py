"""Officers of U.S. posts whose tour ends soon and whose successor nobody was asked to meet yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record
from crm.followups.policy import HAND_OVER_DAYS
from crm.organizations.models import Organization, PostRole
from crm.people.models import Person, PostHolder
from crm.people.post_terms import TERM_ENDS_ON, is_current_holder


class EndingTour(NamedTuple):
    """A tour that ends soon; `counselor_id` is the counselor of the post, or else of the officer."""

    role_id: int
    role: str
    person_id: int
    post_id: int
    ends_on: date
    counselor_id: int

    @property
    def uid(self) -> str:
        """The identifier of the hand-over task: one for each holder of a role."""
        return hand_over_uid(self.role_id, self.person_id)


def hand_over_uid(role_id: int, person_id: int) -> str:
    """Return the identifier of the hand-over task of a person in a role."""
    return str(uuid5(NAMESPACE_OID, f"hand-over of post role {role_id} by person {person_id}"))


def list_tours_without_hand_over(today: date) -> list[EndingTour]:
    """Return the tours that end within HAND_OVER_DAYS and have no hand-over task, not even a closed one."""
    tours = [EndingTour._make(row) for row in db.session.execute(_select_ending_terms(today))]
    if not tours:
        return []
    merged = _load_merged_people([tour.person_id for tour in tours])
    uids = {}
    for tour in tours:
        holders = [tour.person_id, *merged.get(tour.person_id, ())]
        uids[tour] = {hand_over_uid(tour.role_id, person_id) for person_id in holders}
    stmt = sa.select(Record.uid).where(Record.uid.in_(set().union(*uids.values())))
    existing = set(db.session.scalars(stmt))
    return [tour for tour in tours if uids[tour].isdisjoint(existing)]


def _select_ending_terms(today: date) -> sa.Select[tuple[int, str, int, int, date, int]]:
    person = alias(Person, "followups_officer")
    counselor_id = sa.func.coalesce(Organization.counselor_id, person.counselor_id)
    has_team = sa.exists().where(Membership.user_id == User.id)
    return (
        sa.select(
            PostRole.id,
            PostRole.title,
            person.id,
            Organization.id,
            TERM_ENDS_ON,
            counselor_id,
        )
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(Organization, Organization.id == PostRole.organization_id)
        .join(person, person.id == PostHolder.person_id)
        .join(User, User.id == counselor_id)
        .where(TERM_ENDS_ON.between(today, today + timedelta(days=HAND_OVER_DAYS)))
        .where(
            is_current_holder(today),
            Organization.archived_at.is_(None),
            person.archived_at.is_(None),
        )
        .where(User.active, has_team)
        .order_by(PostHolder.id)
    )


def _load_merged_people(ids: list[int]) -> dict[int | None, list[int]]:
    """Return the people that were merged into each person: a task about them counts for the person."""
    merged: dict[int | None, list[int]] = {}
    stmt = sa.select(Record.merged_into_id, Record.id).where(Record.merged_into_id.in_(ids))
    for survivor_id, person_id in db.session.execute(stmt) if ids else ():
        merged.setdefault(survivor_id, []).append(person_id)
    return merged
