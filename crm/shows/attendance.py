"""Who attended: a list with checkboxes, and pasted or uploaded names and email addresses matched to people."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record, refuse_archived, touch, visible
from crm.core.data.visible_records import get_all_visible
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.lookup import NameLookup
from crm.people.models import Person
from crm.people.queries import has_readable_contact_details, load_affiliations
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium

from .models import Show, ShowParticipant, lock_show
from .policy import Attendance, ParticipantRole, mark_attendance
from .queries import list_participants

MAX_LINES = 300
MAX_CANDIDATES = 5
KINDS = ("person", "organization")
_EMAIL = re.compile(r"[\w.+'%-]{1,64}@[\w.-]{1,190}\.\w{2,}")
_SEPARATORS = re.compile(r"[\t,;，；<>()（）\"]+")


class PersonChoice(NamedTuple):
    """A person whom a line may mean, with the organization that tells people with one name apart."""

    id: int
    name: str
    organization: str = ""


class ListedName(NamedTuple):
    """A line of a pasted list, and the people it may mean: none, one, or several to choose from.

    `chosen_id` is the only one if the line has the whole name or address, else 0: a surname alone names nobody.
    """

    line: str
    candidates: tuple[PersonChoice, ...]
    chosen_id: int = 0


def split_lines(text: str) -> list[str]:
    """Return the lines of a pasted list, each once. Raises Invalid without any, and for too many."""
    lines = check_lines([line.strip() for line in text.splitlines() if line.strip()], "text")
    if not lines:
        raise Invalid(_("Enter one name or email address on each line."), "text")
    return lines


def check_lines(lines: Sequence[str], field: str) -> list[str]:
    """Return the lines of a list, each once. Raises Invalid at a field for too many."""
    unique = list(dict.fromkeys(lines))
    if len(unique) > MAX_LINES:
        raise Invalid(_("Enter at most %(n)d lines.", n=MAX_LINES), field)
    return unique


def match_lines(actor: Actor, lines: Sequence[str]) -> list[ListedName]:
    """Match the lines of a list to people: by the email address in a line, else by its first name-like part.

    "Zhou, Limin" is one name in two parts.
    """
    by_address = _find_addresses(actor, [address for line in lines if (address := _address_in(line))])
    lookup = NameLookup(actor)
    rows = [_match_line(lookup, line, by_address.get(_address_in(line), ())) for line in lines]
    positions = load_affiliations(actor, {choice.id for row in rows for choice in row.candidates})
    workplaces = {i: rows[0].organization or rows[0].native_organization for i, rows in positions.items() if rows}
    return [
        row._replace(candidates=tuple(x._replace(organization=workplaces.get(x.id, "")) for x in row.candidates))
        for row in rows
    ]


def _match_line(lookup: NameLookup, line: str, with_address: tuple[PersonChoice, ...]) -> ListedName:
    text, candidates = ("", with_address) if with_address else _find_names(lookup, line)
    only = candidates[0] if len(candidates) == 1 else None
    is_clear = only is not None and (bool(with_address) or _is_whole_name(text, only.name))
    return ListedName(line, candidates, only.id if only and is_clear else 0)


def _is_whole_name(text: str, name: str) -> bool:
    """Whether a text is more than a part of a name, such as a surname."""
    words = len(text) if names.lang_of(text) else len(text.split())
    return words > 1 or names.sort_key(text) == names.sort_key(name)


def _address_in(line: str) -> str:
    match = _EMAIL.search(line)
    return match.group().lower() if match else ""


def _find_addresses(actor: Actor, addresses: Collection[str]) -> dict[str, tuple[PersonChoice, ...]]:
    stmt = (
        sa.select(sa.func.lower(ContactPoint.value), Person.id, Person.label, Person.native_label)
        .join(Person, Person.id == ContactPoint.record_id)
        .where(ContactPoint.medium == ContactMedium.email, sa.func.lower(ContactPoint.value).in_(addresses))
        .where(visible(actor, Person), has_readable_contact_details(actor), Person.archived_at.is_(None))
        .order_by(Person.id)
    )
    people: dict[str, list[PersonChoice]] = {}
    for address, id, label, native in db.session.execute(stmt):
        people.setdefault(address, []).append(PersonChoice(id, label or native))
    return {address: tuple(dict.fromkeys(each))[:MAX_CANDIDATES] for address, each in people.items()}


def _find_names(lookup: NameLookup, line: str) -> tuple[str, tuple[PersonChoice, ...]]:
    """Return the part of a line that names people, and these people."""
    parts = [part.strip() for part in _SEPARATORS.split(_EMAIL.sub("", line)) if part.strip()]
    texts = [" ".join(parts[:2])] if len(parts) > 1 and not any(" " in part for part in parts[:2]) else []
    for text in (*texts, *parts[:3]):
        matches = lookup.people(text)
        if matches:
            return text, tuple(PersonChoice(match.id, match.label) for match in matches[:MAX_CANDIDATES])
    return "", ()


def set_attendance(
    actor: Actor,
    show: Show,
    attended: Collection[int],
    *,
    former: Collection[int] = (),
    others_missed: Collection[int] = (),
) -> int:
    """Set the status of the visible participants by the checked rows of a list; return how many changed.

    `former` are those that were checked when the list was opened: who was marked meanwhile stays marked.
    `others_missed` are the rows that become no-shows unless checked: without those added meanwhile.
    """
    count = 0
    for row in list_participants(actor, show.id):
        is_marked_meanwhile = row.attendance is Attendance.attended and row.id not in former
        has_attended = row.id in attended or is_marked_meanwhile
        has_missed = row.id in others_missed
        status = mark_attendance(row.attendance, has_attended=has_attended, others_missed=has_missed)
        count += status is not row.attendance
        row.attendance = status
    if count:
        touch(show)
    db.session.flush()
    return count


def add_attendees(actor: Actor, show: Show, record_ids: Sequence[int], attendance: Attendance) -> int:
    """Add people or clients as visitors with a status; who is on the list already gets the status. Return the number.

    Raises NotFound for records that the actor may not see, Invalid for other kinds and for none.
    """
    refuse_archived(show)
    records = get_all_visible(Record, actor, record_ids)
    if not records:
        raise Invalid(_("Choose at least one person."), "records")
    if any(record.kind not in KINDS for record in records):
        raise Invalid(_("Choose people and clients."), "records")
    lock_show(show.id)
    existing = {row.record_id: row for row in list_participants(actor, show.id)}
    for record in records:
        row = existing.get(record.id) or ShowParticipant(
            show_id=show.id, record_id=record.id, going_as=ParticipantRole.visitor
        )
        row.attendance = attendance
        db.session.add(row)
    db.session.flush()
    return len(records)
