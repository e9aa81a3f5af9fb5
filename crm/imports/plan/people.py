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
from crm.imports.readers.people import PersonRow
from crm.people.models import Affiliation, Person
from crm.people.policy import DisplayOrder
from crm.records.models import ContactPoint, RecordTag, Tag
from crm.records.services import MAX_TAGS, tag_key

from .existing import OrganizationCandidate, OrganizationIndex, PointKey, in_parts, records_by_point
from .identifiers import Identifiers, uids_of
from .line import ImportLine, ImportOptions, decide_outcome, problems_to_json
from .points import NewPoint, points_in

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
class PersonToWrite:
    """What writing a row of a person needs. `values` are columns: all of a new person, of a known one the blanks."""

    values: dict[str, Any]
    points: tuple[NewPoint, ...]
    firm: OrganizationCandidate | None
    job: dict[str, Any]
    tags: tuple[str, ...]
    uid: str = ""

    @cached_property
    def naming(self) -> dict[str, str]:
        """What a new person is called, sorted and found by."""
        v = self.values
        parts = (v["family_native"], v["given_native"], v["family_latin"], v["given_latin"])
        shown = names.full_name(*parts, v["display_order"].value, english_name=v["english_name"])
        words = [names.person_tokens(*parts, v["english_name"], v["city"])]
        # The person is in the firm's team, but not in the circle of a confidential one.
        if self.firm is not None and not self.firm.confidential:
            words.append(self.firm.tokens)
        words += [p.tokens for p in self.points]
        made = naming(shown.latin or shown.native or "", shown.native if shown.latin else None, words)
        return made | {"sort_key": names.person_sort_key(*parts) or made["sort_key"]}

    def prepare(self) -> None:
        """Find the name and the search words of a new person now: it takes longer than writing it."""
        if "display_order" in self.values:
            self.naming  # noqa: B018 - it is kept


def plan_people(actor: Actor, rows: Sequence[PersonRow], options: ImportOptions) -> list[ImportLine]:
    """One line a row, in order."""
    organizations = OrganizationIndex(actor)
    organizations.look_up((row.organization, row.organization_native) for row in rows if not row.is_refused)
    known_ids = Identifiers(actor, "person", uids_of(rows))
    lines = [_line(row, organizations, options, known_ids) for row in rows]
    _match(actor, rows, lines, known_ids)
    _note_repeats(lines)
    ids = {i for line in lines if (i := decide_line_outcome(line, options)) is not None}
    known = load_existing_people(ids)
    alone, firm_known, firm_new = (
        _("New person"),
        _("New person at an existing organization"),
        _("New person and organization"),
    )
    for line in lines:
        if line.outcome is LineOutcome.adds and line.record_id is not None:
            _compare(line, known[line.record_id])
        elif line.outcome is LineOutcome.new and line.data.firm is not None:
            line.why = firm_known if line.data.firm.id else firm_new
        elif line.outcome is LineOutcome.new:
            line.why = alone
    return lines


def decide_line_outcome(line: ImportLine, options: ImportOptions) -> int | None:
    """Say what becomes of a line that is not refused; gives the person it brings up to date."""
    if line.outcome is LineOutcome.refused or (line.outcome is LineOutcome.left and line.line not in options.choices):
        return None
    before = line.why
    found = decide_outcome(line, options)
    if line.outcome is LineOutcome.which:
        line.why = _("Several records match this row. Choose one.")
    elif line.outcome is LineOutcome.left:
        line.why = before or _("You skipped this row")
    return found


def _line(row: PersonRow, organizations: OrganizationIndex, options: ImportOptions, ids: Identifiers) -> ImportLine:
    line = ImportLine(row.line, LineOutcome.new, where=row.firm, problems=problems_to_json(row.problems))
    line.label, line.native = display_name(row)
    if row.is_refused:
        line.outcome, line.label = LineOutcome.refused, line.label or row.names.full_name
        return line
    organization = None
    if row.firm:
        place = {"country": row.country, "city": row.city}
        organization = organizations.get(row.organization, row.organization_native, **place)
    points = points_in(line, row.emails, row.phones, row.wechat, row.country)
    job = {"title": row.title or None, "native_title": row.title_native or None, "department": row.department or None}
    tags = tuple(dict.fromkeys((*options.tags, *(label[:40] for label in row.labels))))[:MAX_TAGS]
    line.data = PersonToWrite(values_of(row), points, organization, job, tags, ids.fresh(row.uid))
    return line


def display_name(row: PersonRow) -> tuple[str, str]:
    """The name as it will be shown: in Latin letters and in the own script."""
    n = row.names
    order = DisplayOrder.family_first if n.family_native else DisplayOrder.given_first
    parts = (n.family_native, n.given_native, n.family_latin, n.given_latin)
    shown = names.full_name(*parts, order.value, english_name=n.english_name or None)
    return shown.latin or "", shown.native or ""


def values_of(row: PersonRow) -> dict[str, Any]:
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


def _address_as(row: PersonRow) -> str | None:
    """The file's own form of address; a bare title of courtesy is put to the family name."""
    n = row.names
    if not n.honorific:
        return names.propose_address(n.family_native or None, row.title_native or None)
    if n.family_native and not n.honorific.isascii():
        whole = n.honorific if n.honorific.startswith(n.family_native) else n.family_native + n.honorific
    else:
        whole = n.honorific if n.family_latin in n.honorific else f"{n.honorific} {n.family_latin}"
    return whole.strip()[:_LONGEST_ADDRESS_AS] or None


def _match(actor: Actor, rows: Sequence[PersonRow], lines: Sequence[ImportLine], ids: Identifiers) -> None:
    waiting = [line for line in lines if line.data is not None]
    keys = {p.key for line in waiting for p in line.data.points if p.key is not None}
    found = records_by_point(actor, "person", keys)
    for row, line in zip(rows, lines, strict=True):
        if line.data is not None:
            points = [m for p in line.data.points if p.key is not None for m in found.get(p.key, ())]
            line.matches = tuple(dict.fromkeys(ids.match(row.uid) or points))


def _note_repeats(lines: Iterable[ImportLine]) -> None:
    """Leave out a row that repeats one above: same name, and same mail or phone. Colleagues share a phone."""
    seen: dict[tuple[PointKey, str, str], int] = {}
    for line in lines:
        if line.data is None or line.matches:
            continue
        for point in line.data.points:
            if point.key is None:
                continue
            first = seen.setdefault((point.key, line.label, line.native), line.line)
            if first != line.line:
                line.outcome, line.why = LineOutcome.left, _("Duplicate of row %(n)s", n=first)
                break


@dataclass
class ExistingPerson:
    """What is here of a person whom a row may bring up to date."""

    values: dict[str, Any]
    points: set[tuple[Any, str]]
    firms: set[int]
    tags: set[str]


def load_existing_people(ids: Iterable[int]) -> dict[int, ExistingPerson]:
    """Of these people what rows are compared with."""
    names_of = [name for part in _NAMES for name in part]
    columns = [Person.id, *(getattr(Person, name) for name in (*names_of, *_FILLED))]
    found: dict[int, ExistingPerson] = {}
    for part in in_parts(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Person.id.in_(part))).mappings():
            found[row["id"]] = ExistingPerson(dict(row), set(), set(), set())
        points = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
        for record_id, medium, value, raw in db.session.execute(points.where(ContactPoint.record_id.in_(part))):
            found[record_id].points.add((medium, value or raw))
        jobs = sa.select(Affiliation.person_id, Affiliation.organization_id).where(Affiliation.person_id.in_(part))
        for person_id, organization_id in db.session.execute(jobs):
            found[person_id].firms.add(organization_id)
        tags = sa.select(RecordTag.record_id, Tag.key).join(Tag, Tag.id == RecordTag.tag_id)
        for record_id, key in db.session.execute(tags.where(RecordTag.record_id.in_(part))):
            found[record_id].tags.add(key)
    return found


def _compare(line: ImportLine, known: ExistingPerson) -> None:
    """Keep of a row only what the person does not have yet; nothing that is there is overwritten."""
    told_: PersonToWrite = line.data
    held = known.values
    values = {name: told_.values[name] for name in _FILLED if told_.values[name] and not held[name]}
    for part in _NAMES:
        if not any(held[name] for name in part):
            values |= {name: told_.values[name] for name in part if told_.values[name]}
    points = tuple(p for p in told_.points if p.same_as not in known.points)
    organization = told_.firm if told_.firm is not None and told_.firm.id not in known.firms else None
    tags = tuple(t for t in told_.tags if tag_key(t) not in known.tags)
    line.data = PersonToWrite(values, points, organization, told_.job, tags)
    what = [*(str(p.medium) for p in points), *(_label(name) for name in values)]
    what += [_("Works at")] if organization is not None else []
    what += [_("Tags")] if tags else []
    who = next((m.label for m in line.matches if m.id == line.record_id), "")
    if what:
        line.why = _("Adds to %(who)s: %(what)s", who=who, what=", ".join(dict.fromkeys(what)))
    else:
        line.outcome, line.why = LineOutcome.same, _("%(who)s is already up to date", who=who)


def _label(name: str) -> str:
    return str(Person.__table__.c[name].info["label"])
