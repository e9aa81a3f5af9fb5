"""Plans of people: each row adds a person, or fills the blanks of one with the same email or phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm import calendars, names
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.person_names import ParsedName
from crm.imports.readers.plain_columns import PLAIN_COLUMNS
from crm.names.matching import usual_order
from crm.people.policy import DisplayOrder
from crm.records.policy import ContactMedium

from .existing import OrganizationIndex, PointKey, find_records_by_point
from .identifiers import UidIndex, collect_uids
from .line import ImportLine, ImportOptions, decide_outcome, problems_to_json
from .lookups import ReferenceLookup
from .name_matches import find_people, note_other_names
from .planned import PlannedPerson, join_tags, limit_tags
from .points import build_points
from .updates import ExistingPerson, add_to_person, load_existing_people
from .users import choose_user

_MAX_ADDRESS, _MAX_CITY, _MAX_LANGUAGES, _MAX_ADDRESS_AS = 400, 80, 120, 80


def plan_people(actor: Actor, rows: Sequence[ParsedPerson], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order."""
    organizations = OrganizationIndex(actor)
    organizations.load((row.organization, row.organization_native) for row in rows if not row.is_refused)
    known_ids = UidIndex(actor, "person", collect_uids(rows))
    lines = [_line(row, organizations, options, known_ids) for row in rows]
    _match(actor, rows, lines, known_ids)
    _note_repeats(lines)
    find_people(actor, [line for line in lines if line.outcome is LineOutcome.new])
    ids = {i for line in lines if (i := decide_line_outcome(line, options)) is not None}
    existing = load_existing_people(actor, ids)
    _find_counselors(actor, rows, lines, options, existing)
    no_organization, at_existing, at_new = (
        _("New person"),
        _("New person at an existing organization"),
        _("New person and organization"),
    )
    for line in lines:
        if line.outcome is LineOutcome.update and line.record_id is not None:
            add_to_person(line, existing[line.record_id])
            continue
        if line.outcome is LineOutcome.new:
            line.data.tags = limit_tags(line)
        if line.outcome is LineOutcome.new and line.data.organization is not None:
            line.reason = at_existing if line.data.organization.id else at_new
        elif line.outcome is LineOutcome.new:
            line.reason = no_organization
        if line.outcome is LineOutcome.new and line.is_suggestion:
            names_alike = ", ".join(dict.fromkeys(match.label for match in line.matches))
            line.reason = _("%(result)s. Similar name: %(names)s.", result=line.reason, names=names_alike)
    return lines


def _find_counselors(
    actor: Actor,
    rows: Sequence[ParsedPerson],
    lines: Sequence[ImportLine],
    options: ImportOptions,
    existing: Mapping[int, ExistingPerson],
) -> None:
    """Set the counselors of new people. A note says why one isn't imported."""
    users = ReferenceLookup()
    for row, line in zip(rows, lines, strict=True):
        if not row.counselor:
            continue
        if line.outcome is LineOutcome.update:
            current_id = existing[line.record_id or 0].values["counselor_id"]
            if current_id not in [user.id for user in users.find_users(row.counselor)]:
                line.note(_("The counselor wasn't imported. Imports don't change counselors of existing people."))
        elif line.outcome is LineOutcome.new:
            _set_counselor(actor, row.counselor, line, options, users)


def _set_counselor(actor: Actor, text: str, line: ImportLine, options: ImportOptions, users: ReferenceLookup) -> None:
    """Set the counselor of a new person, or say why not."""
    organization = line.data.organization
    is_confidential = organization is not None and organization.id is not None and organization.confidential
    confidential_ids = {organization.id} if is_confidential else set()
    team_id = line.data.team_id(actor, options.team_id)
    user, problem = choose_user(actor, users, text, team_id, confidential_ids, allows_actor=True)
    if user is None:
        line.note(_("%(problem)s The counselor wasn't imported.", problem=problem))
    else:
        line.data.counselor_id = user.id


def decide_line_outcome(line: ImportLine, options: ImportOptions) -> int | None:
    """Set outcome and reason of a line without errors. Return the id of the record that it updates."""
    if line.outcome is LineOutcome.error or (line.outcome is LineOutcome.skipped and line.line not in options.choices):
        return None
    before = line.reason
    record_id = decide_outcome(line, options)
    if line.outcome is LineOutcome.needs_review:
        line.reason = line.question or _("Several records match this row. Choose one.")
    elif line.outcome is LineOutcome.skipped:
        line.reason = before or _("You skipped this row")
    return record_id


def _line(row: ParsedPerson, organizations: OrganizationIndex, options: ImportOptions, ids: UidIndex) -> ImportLine:
    line = ImportLine(row.line, LineOutcome.new, place=row.organization_name, problems=problems_to_json(row.problems))
    order = _order(row.names)
    line.label, line.native = display_name(row, order)
    if row.is_refused:
        line.outcome, line.label = LineOutcome.error, line.label or row.names.full_name
        return line
    organization = None
    if row.organization_name:
        place = {"country": row.country, "city": row.city}
        organization = organizations.get(row.organization, row.organization_native, **place)
    points = build_points(line, row.emails, row.phones, row.wechat, row.country)
    job = {"title": row.title or None, "native_title": row.title_native or None, "department": row.department or None}
    tags = join_tags(options.tags, row.labels)
    line.data = PlannedPerson(person_values(row, order), points, organization, job, tags, ids.new_uid_for(row.uid))
    return line


def display_name(row: ParsedPerson, order: DisplayOrder) -> tuple[str, str]:
    """Return the display name in Latin letters and in the native script."""
    n = row.names
    parts = (n.family_native, n.given_native, n.family_latin, n.given_latin)
    full_name = names.full_name(*parts, order.value, english_name=n.english_name or None)
    return full_name.latin or "", full_name.native or ""


def _order(n: ParsedName) -> DisplayOrder:
    """Return the usual order of the name; a Latin name in one cell is displayed as it is there."""
    if n.is_family_first and not n.native:
        return DisplayOrder.family_first
    return DisplayOrder.from_code(usual_order(n.family_native, n.given_latin or n.english_name))


def person_values(row: ParsedPerson, order: DisplayOrder) -> dict[str, Any]:
    """Return the columns of a new person."""
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
        "display_order": order,
        "address_as": _address_as(row),
        "languages": ", ".join(row.languages)[:_MAX_LANGUAGES] or None,
        "country": row.country or None,
        "city": row.city[:_MAX_CITY] or None,
        "city_key": names.city_key(row.city),
        "zone": calendars.zone_of_country(row.country) if row.country else None,
        "address": latin[0] if latin else None,
        "native_address": native[0] if native else None,
        "note": "\n".join(filter(None, notes)) or None,
        **dict.fromkeys(PLAIN_COLUMNS["people"]),
        **dict(row.plain),
    }


def _lines(address: Any) -> str:
    rest = " ".join(filter(None, (address.region, address.postcode)))
    return "\n".join(filter(None, (address.text, rest)))[:_MAX_ADDRESS]


def _address_as(row: ParsedPerson) -> str | None:
    """Return the form of address from the file; a courtesy title is joined with the family name."""
    n = row.names
    if row.address_as:
        return row.address_as
    if not n.honorific:
        return names.propose_address(n.family_native or None, row.title_native or None)
    if n.family_native and not n.honorific.isascii():
        whole = n.honorific if n.family_native in n.honorific else n.family_native + n.honorific
    else:
        whole = n.honorific if n.family_latin in n.honorific else f"{n.honorific} {n.family_latin}"
    return whole.strip()[:_MAX_ADDRESS_AS] or None


def _match(actor: Actor, rows: Sequence[ParsedPerson], lines: Sequence[ImportLine], ids: UidIndex) -> None:
    waiting = [line for line in lines if line.data is not None]
    keys = {key for line in waiting for key in line.data.point_keys}
    by_point = find_records_by_point(actor, "person", keys)
    for row, line in zip(rows, lines, strict=True):
        if line.data is not None:
            points = [match for key in line.data.point_keys for match in by_point.get(key, ())]
            line.matches = tuple(dict.fromkeys(ids.match(row.uid) or points))
            ids.skip_archived(line, row.uid)
    note_other_names((line for row, line in zip(rows, lines, strict=True) if not ids.match(row.uid)), by_point)


def _note_repeats(lines: Iterable[ImportLine]) -> None:
    """Skip a row that repeats one above: same name, and same email or phone.

    Colleagues share a phone: with the same name, they are two people if their email addresses differ.
    """
    first_rows: dict[tuple[PointKey, str, str], ImportLine] = {}
    for line in lines:
        if line.data is None or line.matches:
            continue
        for key in line.data.point_keys:
            first = first_rows.setdefault((key, line.label, line.native), line)
            if first is not line and not _have_other_emails(first, line):
                line.outcome, line.reason = LineOutcome.skipped, _("Duplicate of row %(n)s", n=first.line)
                break


def _have_other_emails(first: ImportLine, second: ImportLine) -> bool:
    """Return whether both rows have email addresses, and none in common."""
    emails = [{key for key in line.data.point_keys if key.medium is ContactMedium.email} for line in (first, second)]
    return all(emails) and emails[0].isdisjoint(emails[1])
