"""What rows of organizations would do: make one, or fill the blanks of one that is here already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.organizations import ParsedOrganization
from crm.organizations.models import Alias, Organization, OrganizationSector
from crm.organizations.policy import OrganizationRole, is_shared
from crm.records.models import ContactPoint

from .existing import OrganizationIndex, chunked, find_records_by_point
from .identifiers import UidIndex, collect_uids
from .line import ImportLine, ImportOptions, RecordMatch, problems_to_json
from .lookups import ImportUser, ReferenceLookup, find_enum_member
from .people import decide_line_outcome
from .points import PlannedPoint, build_points

FILLABLE_COLUMNS = (
    "native_name",
    "country",
    "region",
    "city",
    "postal_code",
    "address",
    "native_address",
    "website",
    "uscc",
    "read_first",
)
ROLE_ALIASES = (
    ("customer", OrganizationRole.client),
    ("客户", OrganizationRole.client),
    ("consulate", OrganizationRole.post),
    ("embassy", OrganizationRole.post),
    ("consulate or other post", OrganizationRole.post),
    ("buyer", OrganizationRole.distributor),
    ("representative", OrganizationRole.representative),
    ("representative firm", OrganizationRole.representative),
    ("government body", OrganizationRole.government),
    ("organizer", OrganizationRole.show_organizer),
)
_LONGEST_USCC, _LONGEST_READ_FIRST = 18, 500


@dataclass
class PlannedOrganization:
    """What writing a row of an organization needs; of a known one only what is new."""

    uid: str
    values: dict[str, Any]
    team_id: int | None
    counselor_id: int | None
    roles: tuple[OrganizationRole, ...] = ()
    points: tuple[PlannedPoint, ...] = ()
    aliases: tuple[str, ...] = ()
    sectors: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


def plan_organizations(actor: Actor, rows: Sequence[ParsedOrganization], options: ImportOptions) -> list[ImportLine]:
    """One line a row, in order. The same identifier, USCC, name, mail or phone is the same organization."""
    lists, ids = ReferenceLookup(), UidIndex(actor, "organization", collect_uids(rows))
    lines = [_line(actor, row, options, lists, ids) for row in rows]
    _match(actor, rows, lines, ids)
    existing = _load_existing({i for line in lines if (i := decide_line_outcome(line, options)) is not None})
    for line in lines:
        if line.outcome is LineOutcome.adds and line.record_id is not None:
            _compare(line, existing[line.record_id])
        elif line.outcome is LineOutcome.new:
            line.reason = (
                _("New organization, shared with all teams") if line.data.team_id is None else _("New organization")
            )
    return lines


def _line(
    actor: Actor, row: ParsedOrganization, options: ImportOptions, lists: ReferenceLookup, ids: UidIndex
) -> ImportLine:
    line = ImportLine(
        row.line, LineOutcome.new, row.name, row.native_name, ", ".join(filter(None, (row.city, row.country)))
    )
    line.problems = problems_to_json(row.problems)
    if row.is_refused:
        line.outcome = LineOutcome.refused
        return line
    roles = _roles(line, row.roles)
    team_id = _team(actor, line, row, lists, options) if not is_shared(roles) else None
    if line.outcome is LineOutcome.refused:
        return line
    counselor = _counselor(actor, line, row, lists, team_id)
    own = actor.id if OrganizationRole.client in roles and not row.counselor else None
    sectors = tuple(i for text in row.sectors if (i := _sector(line, text, lists)) is not None)
    line.data = PlannedOrganization(
        ids.new_uid_for(row.uid),
        _values(line, row),
        team_id,
        counselor.id if counselor else own,
        roles,
        build_points(line, row.emails, row.phones, "", row.country),
        row.aliases,
        sectors,
        options.tags,
    )
    return line


def _counselor(
    actor: Actor, line: ImportLine, row: ParsedOrganization, lists: ReferenceLookup, team_id: int | None
) -> ImportUser | None:
    """Return the counselor that the row names, None if there is none or if they may not be; a note says why."""
    user = lists.find_user(row.counselor) if row.counselor else None
    if row.counselor and user is None:
        _note(line, _("“%(name)s” isn't a user. The counselor was left blank.", name=row.counselor[:60]))
    elif user is not None and not user.active:
        _note(line, _("%(name)s is deactivated. The counselor was left blank.", name=user.name))
    elif user is not None and not actor.is_system and not user.sees_team(team_id):
        _note(line, _("%(name)s isn't on this client's team. The counselor was left blank.", name=user.name))
    else:
        return user
    return None


def _roles(line: ImportLine, texts: Iterable[str]) -> tuple[OrganizationRole, ...]:
    roles = []
    for text in texts:
        role = find_enum_member(OrganizationRole, text, ROLE_ALIASES)
        if role is None:
            _note(line, _("“%(value)s” isn't an organization role. The role was skipped.", value=text[:60]))
        else:
            roles.append(role)
    return tuple(dict.fromkeys(roles))


def _team(
    actor: Actor, line: ImportLine, row: ParsedOrganization, lists: ReferenceLookup, options: ImportOptions
) -> int | None:
    team_id = lists.find_team(row.team) if row.team else options.team_id or actor.first_team_id
    if team_id is None:
        line.refuse(
            _("“%(name)s” isn't a team. Check the spelling.", name=row.team[:60]) if row.team else _("Choose a team.")
        )
    elif not actor.sees_all_teams and team_id not in actor.team_ids:
        line.refuse(_("Choose one of your teams. You aren't on “%(name)s”.", name=row.team[:60]))
    return team_id


def _sector(line: ImportLine, text: str, lists: ReferenceLookup) -> int | None:
    sector_id = lists.find_sector(text)
    if sector_id is None:
        _note(line, _("“%(value)s” isn't a sector. The sector was skipped.", value=text[:60]))
    return sector_id


def _note(line: ImportLine, text: str) -> None:
    line.problems += (("", text),)


def _values(line: ImportLine, row: ParsedOrganization) -> dict[str, Any]:
    latin = next((a for a in row.addresses if not a.is_native), None)
    native = next((a for a in row.addresses if a.is_native and a.text), None)
    any_address = latin or native
    uscc = names.normalize_uscc(row.uscc) if row.uscc else ""
    if len(uscc) > _LONGEST_USCC:
        _note(line, _("“%(value)s” isn't a USCC. The USCC was left blank.", value=uscc[:30]))
        uscc = ""
    note = "\n".join(filter(None, (row.note, *row.websites[1:])))
    if len(note) > _LONGEST_READ_FIRST:
        _note(line, _("The note was shortened to %(n)s characters.", n=_LONGEST_READ_FIRST))
    return {
        "name": row.name or row.native_name,
        "native_name": row.native_name or None if row.name else None,
        "country": row.country or None,
        "region": (any_address.region if any_address else "") or None,
        "city": row.city or None,
        "city_key": names.sort_key(row.city)[:80] if row.city else "",
        "postal_code": (any_address.postcode if any_address else "") or None,
        "address": (latin.text if latin else "") or None,
        "native_address": native.text if native else None,
        "zone": calendars.zone_of_country(row.country) if row.country else None,
        "website": row.websites[0] if row.websites else None,
        "uscc": uscc or None,
        "read_first": note[:_LONGEST_READ_FIRST] or None,
    }


def _match(actor: Actor, rows: Sequence[ParsedOrganization], lines: Sequence[ImportLine], ids: UidIndex) -> None:
    waiting = [(row, line) for row, line in zip(rows, lines, strict=True) if line.data is not None]
    organizations = OrganizationIndex(actor)
    organizations.load((row.name, row.native_name) for row, _line in waiting)
    by_point = find_records_by_point(
        actor, "organization", {p.key for _row, line in waiting for p in line.data.points if p.key is not None}
    )
    by_code = _by_uscc(actor, {line.data.values["uscc"] for _row, line in waiting if line.data.values["uscc"]})
    for row, line in waiting:
        points = [m for p in line.data.points if p.key is not None for m in by_point.get(p.key, ())]
        by_name = [
            RecordMatch(f.id, f.label)
            for f in organizations.find_by_name(row.name, row.native_name)
            if f.id is not None
        ][:1]
        # What is surest decides alone: a firm's mail may be that of its parent.
        match = ids.match(row.uid) or by_code.get(line.data.values["uscc"] or "", []) or by_name or points
        line.matches = tuple(dict.fromkeys(match))


def _by_uscc(actor: Actor, codes: Iterable[str]) -> dict[str, list[RecordMatch]]:
    by_code: dict[str, list[RecordMatch]] = {}
    for part in chunked(sorted(codes)):
        stmt = sa.select(Organization.uscc, Organization.id, Organization.label).where(
            Organization.uscc.in_(part), Organization.archived_at.is_(None), visible(actor, Organization)
        )
        for code, record_id, label in db.session.execute(stmt):
            by_code.setdefault(code or "", []).append(RecordMatch(record_id, label))
    return by_code


@dataclass
class _ExistingOrganization:
    values: dict[str, Any]
    points: set[tuple[Any, str]]
    aliases: set[str]
    sectors: set[int]


def _load_existing(ids: Iterable[int]) -> dict[int, _ExistingOrganization]:
    columns = [Organization.id, Organization.name, *(getattr(Organization, name) for name in FILLABLE_COLUMNS)]
    organizations: dict[int, _ExistingOrganization] = {}
    for part in chunked(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Organization.id.in_(part))).mappings():
            organizations[row["id"]] = _ExistingOrganization(dict(row), set(), set(), set())
        points = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
        for record_id, medium, value, raw in db.session.execute(points.where(ContactPoint.record_id.in_(part))):
            organizations[record_id].points.add((medium, value or raw))
        aliases = sa.select(Alias.organization_id, Alias.name).where(Alias.organization_id.in_(part))
        for record_id, name in db.session.execute(aliases):
            organizations[record_id].aliases.add(name.casefold())
        links = OrganizationSector
        sectors = sa.select(links.organization_id, links.sector_id).where(links.organization_id.in_(part))
        for record_id, sector_id in db.session.execute(sectors):
            organizations[record_id].sectors.add(sector_id)
    return organizations


def _compare(line: ImportLine, existing: _ExistingOrganization) -> None:
    """Keep of a row only what the organization does not have yet; nothing that is there is overwritten."""
    planned: PlannedOrganization = line.data
    own = {existing.values["name"], existing.values["native_name"]}
    planned.values = {
        name: planned.values[name]
        for name in FILLABLE_COLUMNS
        if planned.values[name] and not existing.values[name] and planned.values[name] not in own
    }
    planned.points = tuple(p for p in planned.points if p.same_as not in existing.points)
    planned.aliases = tuple(a for a in planned.aliases if a.casefold() not in existing.aliases and a not in own)
    planned.sectors = tuple(i for i in planned.sectors if i not in existing.sectors)
    planned.roles, planned.tags = (), ()
    added = [str(Organization.__table__.c[name].info["label"]) for name in planned.values]
    added += [str(p.medium) for p in planned.points]
    added += [_("Other names")] if planned.aliases else []
    added += [_("Sectors")] if planned.sectors else []
    name = next((m.label for m in line.matches if m.id == line.record_id), "")
    if added:
        line.reason = _("Adds to %(name)s: %(fields)s", name=name, fields=", ".join(dict.fromkeys(added)))
    else:
        line.outcome, line.reason = LineOutcome.same, _("%(name)s is already up to date", name=name)
