"""With whom a contact is or was, put into its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import InteractionParty
from crm.interactions.policy import InteractionRole
from crm.people.models import Person

from .items import Item

MAX_NAMED_PARTICIPANTS = 2
PERSON = Person.__table__


class Company(NamedTuple):
    """Somebody of their side of a contact, and their firm of that day."""

    name: str
    native: str
    firm: str
    zone: str | None = None


def with_company(actor: Actor, found: Mapping[str, list[Item]], *, for_mail: bool = False) -> dict[str, list[Item]]:
    """The same blocks, whose contacts say with whom; names of confidential records stay out of a mail.

    One statement for all of them.
    """
    ids = {item.record_id for items in found.values() for item in items if item.kind == "interaction"}
    known = _company_of(actor, ids, for_mail=for_mail) if ids else {}
    return {
        code: [_said(item, known.get(item.record_id, [])) if item.kind == "interaction" else item for item in items]
        for code, items in found.items()
    }


def _company_of(actor: Actor, ids: Iterable[int], *, for_mail: bool) -> dict[int, list[Company]]:
    """Contact -> who was there, in the order in which they were named."""
    found: dict[int, list[Company]] = {}
    for contact_id, label, count, name, native, at, zone in _parties(actor, for_mail, ids=list(ids)):
        called = name or native or (f"{count} {label}" if label and count > 1 else label)
        if called:
            company = Company(called, native if native and native != called else "", at or "", zone)
            found.setdefault(contact_id, []).append(company)
    return found


@question
def _parties(who: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - told by place
    person, organization = alias(Record, "reminders_person"), alias(Record, "reminders_firm")
    P = InteractionParty  # noqa: N806 - read often below
    return (
        sa.select(
            P.interaction_id, P.label, P.count, person.label, person.native_label, organization.label, PERSON.c.zone
        )
        .select_from(P)
        .outerjoin(person, sa.and_(person.id == P.person_id, _known(who, person, for_mail=for_mail)))
        .outerjoin(PERSON, PERSON.c.id == person.id)
        .outerjoin(
            organization, sa.and_(organization.id == P.organization_id, _known(who, organization, for_mail=for_mail))
        )
        .where(P.interaction_id.in_(sa.bindparam("ids", expanding=True)), P.role != InteractionRole.copied)
        .order_by(P.id)
    )


def _known(who: AccessProfile, record: Any, *, for_mail: bool) -> sa.ColumnElement[bool]:
    seen = visible(who, record)
    return sa.and_(seen, sa.not_(record.confidential)) if for_mail else seen


def _said(item: Item, company: list[Company]) -> Item:
    """One person with the name in both scripts and the firm, more by name; a firm the title names is not repeated."""
    if not company:
        return item
    names = ", ".join(c.name for c in company[:MAX_NAMED_PARTICIPANTS])
    if len(company) > MAX_NAMED_PARTICIPANTS:
        names = _("%(names)s and %(n)s more", names=names, n=len(company) - MAX_NAMED_PARTICIPANTS)
    organizations = {c.firm for c in company}
    organization = organizations.pop() if len(organizations) == 1 else ""
    who = f"{names}, {organization}" if organization and organization not in item.title else names
    native = company[0].native if len(company) == 1 else ""
    second, when = item.second, item.when
    if item.at and not formats.their_clock(item.at, item.there):
        # Written by our clock, of somebody who has another one.
        clock = formats.their_clock(item.at, *(c.zone for c in company))
        when, second = (f"{when} {clock}".strip(), second) if when else ("", f"{second} {clock}".strip())
    return replace(item, native=native, second=" · ".join(text for text in (who, second) if text), when=when)
