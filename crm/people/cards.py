"""People as vCards 3.0 and 4.0, with their names, positions and addresses in both scripts (RFC 2426, RFC 6350)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import Actor
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import tags_of

from .models import Person
from .queries import AffiliationRow, has_public_contact_details, load_affiliations, visible_people

LINE_BYTES = 75
"""Longest line; longer ones are folded, never within a character."""
TYPES = {
    PointLabel.work: "work",
    PointLabel.mobile: "cell",
    PointLabel.home: "home",
    PointLabel.fax: "fax",
    PointLabel.assistant: "x-assistant",
    PointLabel.other: "",
}


class CardData(NamedTuple):
    """What a card says about a person."""

    person: Person
    position: AffiliationRow | None
    points: Sequence[ContactPoint]
    tags: Sequence[str]


def build_cards(actor: Actor, ids: Collection[int], version: str) -> Iterator[str]:
    """Yield the cards of the people whom the actor may see, in the order of the ids."""
    stmt = visible_people(actor).where(Person.id.in_(ids))
    people = {person.id: person for person in db.session.scalars(stmt)}
    positions, points, tags = load_affiliations(actor, people), _load_points(people), tags_of(people)
    for person_id in ids:
        if person_id in people:
            current = next((row for row in positions[person_id] if row.to_on is None), None)
            yield build_card(CardData(people[person_id], current, points[person_id], tags[person_id]), version)


def _load_points(ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """Return the contact points that everyone who sees the person may see."""
    points: dict[int, list[ContactPoint]] = {i: [] for i in ids}
    stmt = sa.select(ContactPoint).join(Person, Person.id == ContactPoint.record_id)
    stmt = stmt.where(Person.id.in_(ids), has_public_contact_details())
    for point in db.session.scalars(stmt.order_by(ContactPoint.position, ContactPoint.id)):
        points[point.record_id].append(point)
    return points


def build_card(data: CardData, version: str) -> str:
    """Return one card as text."""
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *_names(data.person, version), *_position(data.position, version)]
    lines += [_point(point, version) for point in data.points if point.medium is not ContactMedium.wechat]
    lines += [f"X-WECHAT:{_escape_text(point.raw)}" for point in data.points if point.medium is ContactMedium.wechat]
    lines += [*_addresses(data.person, version), *_facts(data.person)]
    if data.tags:
        lines.append("CATEGORIES:" + ",".join(map(_escape_text, data.tags)))
    lines += [f"UID:urn:uuid:{data.person.uid}", f"REV:{data.person.changed_at:%Y%m%dT%H%M%SZ}", "END:VCARD"]
    return "".join(f"{_fold_line(line)}\r\n" for line in lines)


def _names(person: Person, version: str) -> Iterator[str]:
    native, latin = (person.family_native, person.given_native), (person.family_latin, person.given_latin)
    prefix = person.address_as or ""
    if any(native) and any(latin) and version == "4.0":
        yield f"N;ALTID=1;LANGUAGE=zh:{_parts(*native, '', prefix, '')}"
        yield f"N;ALTID=1;LANGUAGE=en:{_parts(*latin, '', '', '')}"
    else:
        yield f"N:{_parts(*(native if any(native) else latin), '', prefix, '')}"
    if any(native) and any(latin) and version == "3.0":
        yield f"X-PHONETIC-LAST-NAME:{_escape_text(person.family_latin)}"
        yield f"X-PHONETIC-FIRST-NAME:{_escape_text(person.given_latin)}"
    yield f"FN:{_escape_text(person.native_label or person.label)}"
    if person.english_name:
        yield f"NICKNAME:{_escape_text(person.english_name)}"


def _position(position: AffiliationRow | None, version: str) -> Iterator[str]:
    if position is None:
        return
    organizations = [name for name in (position.native_organization, position.organization) if name]
    titles = [title for title in (position.native_title, position.title) if title]
    for number, name in enumerate(organizations):
        department = f";{_escape_text(position.department)}" if position.department and number == 0 else ""
        yield f"ORG{_alternative(organizations, version)}:{_escape_text(name)}{department}"
    for title in titles:
        yield f"TITLE{_alternative(titles, version)}:{_escape_text(title)}"


def _alternative(values: Sequence[str], version: str) -> str:
    return ";ALTID=1" if len(values) > 1 and version == "4.0" else ""


def _point(point: ContactPoint, version: str) -> str:
    kind = TYPES[point.label]
    types = f";TYPE={kind if version == '4.0' else kind.upper()}" if kind else ""
    if point.medium is ContactMedium.email:
        return f"EMAIL{types}:{_escape_text(point.raw)}"
    extension = f" ext. {point.extension}" if point.extension and point.extension not in point.raw else ""
    return f"TEL{types}:{_escape_text(point.raw + extension)}"


def _addresses(person: Person, version: str) -> Iterator[str]:
    texts = [text for text in (person.address, person.native_address) if text]
    for text in texts or ([""] if person.city or person.country else []):
        parts = _parts("", "", text, person.city, "", "", person.country)
        yield f"ADR{_alternative(texts, version)};TYPE=work:{parts}"


def _facts(person: Person) -> Iterator[str]:
    for name, value in (("NOTE", person.note), ("URL", person.linkedin), ("LANG", person.languages)):
        if value:
            yield f"{name}:{_escape_text(value)}"


def _parts(*values: str | None) -> str:
    return ";".join(map(_escape_text, values))


def _escape_text(text: str | None) -> str:
    """Return a text as a part of a value; line breaks as the characters that stand for them."""
    escaped = (text or "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _fold_line(line: str) -> str:
    """Return a line folded into parts of at most LINE_BYTES bytes."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE_BYTES:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)
