"""People who may be the person on a card: with the same email address, phone number or name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crm import names
from crm.core.data.base import db
from crm.core.policy import Actor
from crm.core.search import similar
from crm.core.search.search import search
from crm.core.words import _
from crm.imports.readers.people import ParsedPerson
from crm.names.matching import NO_MATCH, Match
from crm.people.models import Person
from crm.people.queries import load_affiliations, may_see_contact_details, visible_people
from crm.records.policy import ContactMedium
from crm.records.queries import records_with_point

MAX_CANDIDATES = 5
MAX_NAME_REASONS = 2


class KnownPerson(NamedTuple):
    """A person who exists: name, current organization, and why it may be the same person."""

    id: int
    label: str
    native_label: str
    organization: str
    reasons: list[str]


def find_candidates(actor: Actor, person: ParsedPerson) -> list[KnownPerson]:
    """Return visible people who may be the person on a card, those with more reasons first."""
    reasons: dict[int, list[str]] = {}
    for record_id, reason in [*_with_points(person), *_with_name(actor, person)]:
        reasons.setdefault(record_id, []).append(reason)
    rows = db.session.scalars(visible_people(actor).where(Person.id.in_(reasons), Person.archived_at.is_(None))).all()
    by_contact = {_("same email address"), _("same phone number")}
    allowed = [row for row in rows if by_contact.isdisjoint(reasons[row.id]) or may_see_contact_details(actor, row)]
    best = sorted(allowed, key=lambda row: (-len(reasons[row.id]), row.sort_key, row.id))[:MAX_CANDIDATES]
    positions = load_affiliations(actor, [row.id for row in best])
    return [
        KnownPerson(
            row.id, row.label, row.native_label, next((p.organization for p in positions[row.id]), ""), reasons[row.id]
        )
        for row in best
    ]


def _with_points(person: ParsedPerson) -> Iterator[tuple[int, str]]:
    for email in person.emails:
        yield from ((i, _("same email address")) for i in records_with_point(ContactMedium.email, email.value.lower()))
    for phone in person.phones:
        number = names.parse_phone(phone.value, person.country or None).e164
        ids = records_with_point(ContactMedium.phone, number) if number else ()
        yield from ((i, _("same phone number")) for i in ids)


def _with_name(actor: Actor, person: ParsedPerson) -> Iterator[tuple[int, str]]:
    best: dict[int, Match] = {}
    for text in (person.names.native, person.names.latin):
        for row in search(actor, text, ("person",), limit=20, typos=False) if text else ():
            match = similar.compare_names(text, row.kind, (row.label, row.native_label))
            best[row.id] = max(match, best.get(row.id, NO_MATCH), key=lambda one: one.score)
    for record_id, match in best.items():
        if match.is_likely:
            yield from (
                (record_id, _(r.kind.value, a=r.a, b=r.b).rstrip(".")) for r in match.reasons[:MAX_NAME_REASONS]
            )
