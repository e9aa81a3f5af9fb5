"""What rows of people would do: make a person, or bring one up to date who has the same mail or phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.record import naming
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.people import ParsedPerson
from crm.people.models import Affiliation, Person
from crm.people.policy import DisplayOrder
from crm.records.models import ContactPoint, RecordTag, Tag
from crm.records.services import MAX_TAGS, tag_key

from .existing import OrganizationCandidate, OrganizationIndex, PointKey, chunked, find_records_by_point
from .identifiers import UidIndex, collect_uids
from .line import ImportLine, ImportOptions, decide_outcome, problems_to_json
from .points import PlannedPoint, build_points

_NAMES = (("family_native", "given_native"), ("family_latin", "given_latin"), ("english_name",))
_FILLED = (
    "address_as",
    "languages",
    "country",
    "city",
    "address",
    "native_address",
    "note",
)
_LONGEST_ADDRESS, _LONGEST_CITY, _LONGEST_LANGUAGES, _LONGEST_ADDRESS_AS = 400, 80, 120, 80


@dataclass
class PlannedPerson:
    """What writing a row of a person needs. `values` are columns: all of a new person, of a known one the blanks."""

    values: dict[str, Any]
    points: tuple[PlannedPoint, ...]
    organization: OrganizationCandidate | None
    affiliation: dict[str, Any]
    tags: tuple[str, ...]
    uid: str = ""

    @cached_property
    def naming(self) -> dict[str, str]:
        """What a new person is called, sorted and found by."""
        v = self.values
        parts = (v["family_native"], v["given_native"], v["family_latin"], v["given_latin"])
        full_name = names.full_name(*parts, v["display_order"].value, english_name=v["english_name"])
        words = [names.person_tokens(*parts, v["english_name"], v["city"])]
        # The person is in the firm's team, but not in the circle of a confidential one.
        if self.organization is not None and not self.organization.confidential:
            words.append(self.organization.tokens)
        words += [p.tokens for p in self.points]
        columns = naming(
            full_name.latin or full_name.native or "", full_name.native if full_name.latin else None, words
        )
        return columns | {"sort_key": names.person_sort_key(*parts) or columns["sort_key"]}

    def prepare(self) -> None:
        """Find the name and the search words of a new person now: it takes longer than writing it."""
        if "display_order" in self.values:
            self.naming  # noqa: B018 - it is kept


def plan_people(actor: Actor, rows: Sequence[ParsedPerson], options: ImportOptions) -> list[ImportLine]:
    """One line a row, in order."""
    organizations = OrganizationIndex(actor)
    organizations.load((row.organization, row.organization_native) for row in rows if not row.is_refused)
    known_ids = UidIndex(actor, "person", collect_uids(rows))
    lines = [_line(row, organizations, options, known_ids) for row in rows]
    _match(actor, rows, lines, known_ids)
    _note_repeats(lines)
    ids = {i for line in lines if (i := decide_line_outcome(line, options)) is not None}
    existing = load_existing_people(ids)
    no_organization, at_existing, at_new = (
        _("New person"),
        _("New person at an existing organization"),
        _("New person and organization"),
    )
    for line in lines:
        if line.outcome is LineOutcome.adds and line.record_id is not None:
            _compare(line, existing[line.record_id])
        elif line.outcome is LineOutcome.new and line.data.organization is not None:
            line.reason = at_existing if line.data.organization.id else at_new
        elif line.outcome is LineOutcome.new:
            line.reason = no_organization
    return lines


def decide_line_outcome(line: ImportLine, options: ImportOptions) -> int | None:
    """Say what becomes of a line that is not refused; gives the person it brings up to date."""
    if line.outcome is LineOutcome.refused or (line.outcome is LineOutcome.left and line.line not in options.choices):
        return None
    before = line.reason
    record_id = decide_outcome(line, options)
    if line.outcome is LineOutcome.which:
        line.reason = _("Several records match this row. Choose one.")
    elif line.outcome is LineOutcome.left:
        line.reason = before or _("You skipped this row")
    return record_id


def _line(row: ParsedPerson, organizations: OrganizationIndex, options: ImportOptions, ids: UidIndex) -> ImportLine:
    line = ImportLine(row.line, LineOutcome.new, place=row.organization_name, problems=problems_to_json(row.problems))
    line.label, line.native = display_name(row)
    if row.is_refused:
        line.outcome, line.label = LineOutcome.refused, line.label or row.names.full_name
        return line
    organization = None
    if row.organization_name:
        place = {"country": row.country, "city": row.city}
        organization = organizations.get(row.organization, row.organization_native, **place)
    points = build_points(line, row.emails, row.phones, row.wechat, row.country)
    job = {"title": row.title or None, "native_title": row.title_native or None, "department": row.department or None}
    tags = tuple(dict.fromkeys((*options.tags, *(label[:40] for label in row.labels))))[:MAX_TAGS]
    line.data = PlannedPerson(person_values(row), points, organization, job, tags, ids.new_uid_for(row.uid))
    return line


def display_name(row: ParsedPerson) -> tuple[str, str]:
    """The name as it will be shown: in Latin letters and in the own script."""
    n = row.names
    order = DisplayOrder.family_first if n.family_native else DisplayOrder.given_first
    parts = (n.family_native, n.given_native, n.family_latin, n.given_latin)
    full_name = names.full_name(*parts, order.value, english_name=n.english_name or None)
    return full_name.latin or "", full_name.native or ""


def person_values(row: ParsedPerson) -> dict[str, Any]:
    """The columns of a new person."""
    n = row.names
    latin = [_lines(a) for a in row.addresses if not a.is_native and _lines(a)]
    native = [_lines(a) for a in row.addresses if a.is_native]
    notes = [row.note, *row.websites, *latin[1:], *native[1:]]
    return {
        "family_latin": n.family_latin or None,
        "given_latin": n.given_latin or None,
        "family_native": n.family_native or None,
        "given_native": n.given_native or None,
        "english_name": n.english_name or None,
        "display_order": DisplayOrder.family_first if n.family_native else DisplayOrder.given_first,
        "address_as": _address_as(row),
        "languages": ", ".join(row.languages)[:_LONGEST_LANGUAGES] or None,
        "country": row.country or None,
        "city": row.city[:_LONGEST_CITY] or None,
        "city_key": names.sort_key(row.city)[:_LONGEST_CITY] if row.city else "",
        "zone": calendars.zone_of_country(row.country) if row.country else None,
        "address": latin[0] if latin else None,
        "native_address": native[0] if native else None,
        "note": "\n".join(filter(None, notes)) or None,
    }


def _lines(address: Any) -> str:
    rest = " ".join(filter(None, (address.region, address.postcode)))
    return "\n".join(filter(None, (address.text, rest)))[:_LONGEST_ADDRESS]


def _address_as(row: ParsedPerson) -> str | None:
    """The file's own form of address; a bare title of courtesy is put to the family name."""
    n = row.names
    if not n.honorific:
        return names.propose_address(n.family_native or None, row.title_native or None)
    if n.family_native and not n.honorific.isascii():
        whole = n.honorific if n.honorific.startswith(n.family_native) else n.family_native + n.honorific
    else:
        whole = n.honorific if n.family_latin in n.honorific else f"{n.honorific} {n.family_latin}"
    return whole.strip()[:_LONGEST_ADDRESS_AS] or None


def _match(actor: Actor, rows: Sequence[ParsedPerson], lines: Sequence[ImportLine], ids: UidIndex) -> None:
    waiting = [line for line in lines if line.data is not None]
    keys = {p.key for line in waiting for p in line.data.points if p.key is not None}
    by_point = find_records_by_point(actor, "person", keys)
    for row, line in zip(rows, lines, strict=True):
        if line.data is not None:
            points = [m for p in line.data.points if p.key is not None for m in by_point.get(p.key, ())]
            line.matches = tuple(dict.fromkeys(ids.match(row.uid) or points))


def _note_repeats(lines: Iterable[ImportLine]) -> None:
    """Leave out a row that repeats one above: same name, and same mail or phone. Colleagues share a phone."""
    first_rows: dict[tuple[PointKey, str, str], int] = {}
    for line in lines:
        if line.data is None or line.matches:
            continue
        for point in line.data.points:
            if point.key is None:
                continue
            first = first_rows.setdefault((point.key, line.label, line.native), line.line)
            if first != line.line:
                line.outcome, line.reason = LineOutcome.left, _("Duplicate of row %(n)s", n=first)
                break


@dataclass
class ExistingPerson:
    """What is here of a person whom a row may bring up to date."""

    values: dict[str, Any]
    points: set[tuple[Any, str]]
    organization_ids: set[int]
    tags: set[str]


def load_existing_people(ids: Iterable[int]) -> dict[int, ExistingPerson]:
    """Of these people what rows are compared with."""
    names_of = [name for part in _NAMES for name in part]
    columns = [Person.id, *(getattr(Person, name) for name in (*names_of, *_FILLED))]
    people: dict[int, ExistingPerson] = {}
    for part in chunked(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Person.id.in_(part))).mappings():
            people[row["id"]] = ExistingPerson(dict(row), set(), set(), set())
        points = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
        for record_id, medium, value, raw in db.session.execute(points.where(ContactPoint.record_id.in_(part))):
            people[record_id].points.add((medium, value or raw))
        jobs = sa.select(Affiliation.person_id, Affiliation.organization_id).where(Affiliation.person_id.in_(part))
        for person_id, organization_id in db.session.execute(jobs):
            people[person_id].organization_ids.add(organization_id)
        tags = sa.select(RecordTag.record_id, Tag.key).join(Tag, Tag.id == RecordTag.tag_id)
        for record_id, key in db.session.execute(tags.where(RecordTag.record_id.in_(part))):
            people[record_id].tags.add(key)
    return people


def _compare(line: ImportLine, existing: ExistingPerson) -> None:
    """Keep of a row only what the person does not have yet; nothing that is there is overwritten."""
    planned: PlannedPerson = line.data
    current = existing.values
    values = {name: planned.values[name] for name in _FILLED if planned.values[name] and not current[name]}
    for part in _NAMES:
        if not any(current[name] for name in part):
            values |= {name: planned.values[name] for name in part if planned.values[name]}
    points = tuple(p for p in planned.points if p.same_as not in existing.points)
    organization = (
        planned.organization
        if planned.organization is not None and planned.organization.id not in existing.organization_ids
        else None
    )
    tags = tuple(t for t in planned.tags if tag_key(t) not in existing.tags)
    line.data = PlannedPerson(values, points, organization, planned.affiliation, tags)
    added = [*(str(p.medium) for p in points), *(_label(name) for name in values)]
    added += [_("Works at")] if organization is not None else []
    added += [_("Tags")] if tags else []
    name = next((m.label for m in line.matches if m.id == line.record_id), "")
    if added:
        line.reason = _("Adds to %(name)s: %(fields)s", name=name, fields=", ".join(dict.fromkeys(added)))
    else:
        line.outcome, line.reason = LineOutcome.same, _("%(name)s is already up to date", name=name)


def _label(name: str) -> str:
    return str(Person.__table__.c[name].info["label"])
