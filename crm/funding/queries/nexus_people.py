"""The client's person in a session, and referrals of that day, as form 641 has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.funding.models import PartnerReferral
from crm.funding.policy.step import ReferralPartner
from crm.interactions.models import InteractionParty
from crm.people.models import Person
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium

from .sessions import ClientSession

EMAIL = re.compile(r"[.a-zA-Z0-9_-]+@[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)+")
"""The email addresses that the schema accepts."""
US_PHONE = re.compile(r"\+1(\d{10})")
"""A number of the United States; the schema has ten digits and no others."""


@dataclass(frozen=True)
class CounseledPerson:
    """The first person of the client who took part: names, and what of email and phones the form can have."""

    family_name: str
    given_name: str
    email: str | None
    phones: tuple[str, ...]


def load_counseled_people(sessions: Sequence[ClientSession]) -> dict[tuple[int, int], CounseledPerson]:
    """Return by interaction and client the person of the client who took part, if both names are known.

    Confidential people are left out: the file goes to the funder.
    """
    P = InteractionParty  # noqa: N806 - read several times
    stmt = (
        sa.select(P.interaction_id, P.organization_id, Person.id, Person.family_latin, Person.given_latin)
        .join(Person, Person.id == P.person_id)
        .where(
            P.interaction_id.in_({x.interaction_id for x in sessions}),
            P.organization_id.in_({x.client_id for x in sessions}),
            sa.not_(Person.confidential),
        )
        .order_by(P.id.desc())
    )
    rows = [row for row in db.session.execute(stmt) if row.family_latin and row.given_latin] if sessions else []
    points = _load_points({row.id for row in rows})
    people = {}
    for row in rows:
        texts = points.get(row.id, ())
        email = next((text for text in texts if EMAIL.fullmatch(text)), None)
        phones = tuple(match[1] for text in texts if (match := US_PHONE.fullmatch(text)))
        people[row.interaction_id, row.organization_id] = CounseledPerson(
            row.family_latin, row.given_latin, email, phones
        )
    return people


def _load_points(ids: set[int]) -> dict[int, list[str]]:
    stmt = sa.select(ContactPoint.record_id, ContactPoint.value).where(
        ContactPoint.record_id.in_(ids), ContactPoint.medium.in_((ContactMedium.email, ContactMedium.phone))
    )
    points: dict[int, list[str]] = {}
    for record_id, value in db.session.execute(stmt.order_by(ContactPoint.position, ContactPoint.id)) if ids else ():
        points.setdefault(record_id, []).append(value)
    return points


def load_referrals(sessions: Sequence[ClientSession]) -> dict[tuple[int, date], list[ReferralPartner]]:
    """Return by client and day the partners to which the client was referred on the day of a session."""
    stmt = sa.select(PartnerReferral.client_id, PartnerReferral.on, PartnerReferral.partner).where(
        PartnerReferral.client_id.in_({x.client_id for x in sessions}),
        PartnerReferral.on.in_({x.held_on for x in sessions}),
    )
    partners: dict[tuple[int, date], list[ReferralPartner]] = {}
    for client_id, day, partner in db.session.execute(stmt.order_by(PartnerReferral.id)) if sessions else ():
        partners.setdefault((client_id, day), []).append(partner)
    return partners
