"""The people of an interaction, added to its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.interactions.models import InteractionParty
from crm.interactions.policy import InteractionRole
from crm.people.models import Person

from .items import DigestItem

MAX_NAMED_PARTICIPANTS = 2
PERSON = Person.__table__


class Participant(NamedTuple):
    """A person of the other side of an interaction, with the organization of that day."""

    name: str
    native: str
    organization: str
    zone: str | None = None


def add_participants(
    actor: Actor, blocks: Mapping[str, list[DigestItem]], *, for_mail: bool = False
) -> dict[str, list[DigestItem]]:
    """Return the same blocks with the people of each interaction; emails leave out names of confidential records.

    One statement for all of them.
    """
    ids = {item.record_id for items in blocks.values() for item in items if item.kind == "interaction"}
    by_id = _load_participants(actor, ids, for_mail=for_mail) if ids else {}
    return {
        code: [
            _with_names(item, by_id.get(item.record_id, [])) if item.kind == "interaction" else item for item in items
        ]
        for code, items in blocks.items()
    }


def _load_participants(actor: Actor, ids: Iterable[int], *, for_mail: bool) -> dict[int, list[Participant]]:
    """Return the people by interaction, in the order in which they were entered."""
    by_id: dict[int, list[Participant]] = {}
    for interaction_id, label, count, name, native, organization, zone in _parties(actor, for_mail, ids=list(ids)):
        shown_name = name or native or (f"{count} {label}" if label and count > 1 else label)
        if shown_name:
            other_name = native if native and native != shown_name else ""
            by_id.setdefault(interaction_id, []).append(Participant(shown_name, other_name, organization or "", zone))
    return by_id


@cached_query
def _parties(profile: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - cached by position
    person, organization = alias(Record, "reminders_person"), alias(Record, "reminders_organization")
    P = InteractionParty  # noqa: N806 - read often below
    return (
        sa.select(
            P.interaction_id, P.label, P.count, person.label, person.native_label, organization.label, PERSON.c.zone
        )
        .select_from(P)
        .outerjoin(person, sa.and_(person.id == P.person_id, _may_name(profile, person, for_mail=for_mail)))
        .outerjoin(PERSON, PERSON.c.id == person.id)
        .outerjoin(
            organization,
            sa.and_(organization.id == P.organization_id, _may_name(profile, organization, for_mail=for_mail)),
        )
        .where(P.interaction_id.in_(sa.bindparam("ids", expanding=True)), P.role != InteractionRole.copied)
        .order_by(P.id)
    )


def _may_name(profile: AccessProfile, record: Any, *, for_mail: bool) -> sa.ColumnElement[bool]:
    may_see = visible(profile, record)
    return sa.and_(may_see, sa.not_(record.confidential)) if for_mail else may_see


def _with_names(item: DigestItem, participants: list[Participant]) -> DigestItem:
    """Add one person with the name in both scripts and the organization, or several by name.

    An organization that the title has already is not repeated.
    """
    if not participants:
        return item
    names = ", ".join(p.name for p in participants[:MAX_NAMED_PARTICIPANTS])
    if len(participants) > MAX_NAMED_PARTICIPANTS:
        names = _("%(names)s and %(n)s more", names=names, n=len(participants) - MAX_NAMED_PARTICIPANTS)
    organizations = {p.organization for p in participants}
    organization = organizations.pop() if len(organizations) == 1 else ""
    text = f"{names}, {organization}" if organization and organization not in item.title else names
    native = participants[0].native if len(participants) == 1 else ""
    second, when = item.second, item.when
    if item.at and not formats.their_clock(item.at, item.their_zone):
        # Entered by our clock, with someone who has another one.
        clock = formats.their_clock(item.at, *(p.zone for p in participants))
        when, second = (f"{when} {clock}".strip(), second) if when else ("", f"{second} {clock}".strip())
    return replace(item, native=native, second=join_facts((text, second)), when=when)
