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
from crm.imports.readers.organizations import OrganizationRow
from crm.organizations.models import Alias, Organization, OrganizationSector
from crm.organizations.policy import OrganizationRole, is_shared
from crm.records.models import ContactPoint

from .existing import OrganizationIndex, in_parts, records_by_point
from .identifiers import Identifiers, uids_of
from .line import ImportLine, ImportOptions, Match, problems_to_json
from .lookups import ImportUser, Lists, find_enum_member
from .people import decide_line_outcome
from .points import NewPoint, points_in

FILLED = (
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
_ALSO = (
    ("customer", OrganizationRole.client),
    ("客户", OrganizationRole.client),
    ("consulate", OrganizationRole.post),
    ("embassy", OrganizationRole.post),
    ("buyer", OrganizationRole.distributor),
    ("representative", OrganizationRole.representative),
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
    points: tuple[NewPoint, ...] = ()
    aliases: tuple[str, ...] = ()
    sectors: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


def plan_organizations(actor: Actor, rows: Sequence[OrganizationRow], options: ImportOptions) -> list[ImportLine]:
    """One line a row, in order. The same identifier, USCC, name, mail or phone is the same organization."""
    lists, ids = Lists(), Identifiers(actor, "organization", uids_of(rows))
    lines = [_line(actor, row, options, lists, ids) for row in rows]
    _match(actor, rows, lines, ids)
    known = _known({i for line in lines if (i := decide_line_outcome(line, options)) is not None})
    for line in lines:
        if line.outcome is LineOutcome.adds and line.record_id is not None:
            _compare(line, known[line.record_id])
        elif line.outcome is LineOutcome.new:
            line.why = (
                _("New organization, shared with all teams") if line.data.team_id is None else _("New organization")
            )
    return lines


def _line(actor: Actor, row: OrganizationRow, options: ImportOptions, lists: Lists, ids: Identifiers) -> ImportLine:
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
        ids.fresh(row.uid),
        _values(line, row),
        team_id,
        counselor.id if counselor else own,
        roles,
        points_in(line, row.emails, row.phones, "", row.country),
        row.aliases,
        sectors,
        options.tags,
    )
    return line


def _counselor(
    actor: Actor, line: ImportLine, row: OrganizationRow, lists: Lists, team_id: int | None
) -> ImportUser | None:
    """Return the counselor that the row names, None if there is none or if they may not be; a note says why."""
    found = lists.colleague(row.counselor) if row.counselor else None
    if row.counselor and found is None:
        _note(line, _("“%(name)s” isn't a user. The counselor was left blank.", name=row.counselor[:60]))
    elif found is not None and not found.active:
        _note(line, _("%(name)s is deactivated. The counselor was left blank.", name=found.name))
    elif found is not None and not actor.everything and not found.sees_team(team_id):
        _note(line, _("%(name)s isn't on this client's team. The counselor was left blank.", name=found.name))
    else:
        return found
    return None


def _roles(line: ImportLine, texts: Iterable[str]) -> tuple[OrganizationRole, ...]:
    found = []
    for text in texts:
        role = find_enum_member(OrganizationRole, text, _ALSO)
        if role is None:
            _note(line, _("“%(what)s” isn't an organization role. The role was skipped.", what=text[:60]))
        else:
            found.append(role)
    return tuple(dict.fromkeys(found))


def _team(actor: Actor, line: ImportLine, row: OrganizationRow, lists: Lists, options: ImportOptions) -> int | None:
    team_id = lists.team(row.team) if row.team else options.team_id or actor.first_team_id
    if team_id is None:
        line.refuse(
            _("“%(name)s” isn't a team. Check the spelling.", name=row.team[:60]) if row.team else _("Choose a team.")
        )
    elif not actor.sees_all_teams and team_id not in actor.team_ids:
        line.refuse(_("Choose one of your teams. You aren't on “%(name)s”.", name=row.team[:60]))
    return team_id


def _sector(line: ImportLine, text: str, lists: Lists) -> int | None:
    found = lists.sector(text)
    if found is None:
        _note(line, _("“%(what)s” isn't a sector. The sector was skipped.", what=text[:60]))
    return found


def _note(line: ImportLine, text: str) -> None:
    line.problems += (("", text),)


def _values(line: ImportLine, row: OrganizationRow) -> dict[str, Any]:
    latin = next((a for a in row.addresses if not a.is_native), None)
    native = next((a for a in row.addresses if a.is_native and a.text), None)
    any_address = latin or native
    uscc = names.normalize_uscc(row.uscc) if row.uscc else ""
    if len(uscc) > _LONGEST_USCC:
        _note(line, _("“%(what)s” isn't a USCC. The USCC was left blank.", what=uscc[:30]))
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


def _match(actor: Actor, rows: Sequence[OrganizationRow], lines: Sequence[ImportLine], ids: Identifiers) -> None:
    waiting = [(row, line) for row, line in zip(rows, lines, strict=True) if line.data is not None]
    organizations = OrganizationIndex(actor)
    organizations.look_up((row.name, row.native_name) for row, _line in waiting)
    by_point = records_by_point(
        actor, "organization", {p.key for _row, line in waiting for p in line.data.points if p.key is not None}
    )
    by_code = _by_uscc(actor, {line.data.values["uscc"] for _row, line in waiting if line.data.values["uscc"]})
    for row, line in waiting:
        points = [m for p in line.data.points if p.key is not None for m in by_point.get(p.key, ())]
        called = [Match(f.id, f.label) for f in organizations.named(row.name, row.native_name) if f.id is not None][:1]
        # What is surest decides alone: a firm's mail may be that of its parent.
        match = ids.match(row.uid) or by_code.get(line.data.values["uscc"] or "", []) or called or points
        line.matches = tuple(dict.fromkeys(match))


def _by_uscc(actor: Actor, codes: Iterable[str]) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {}
    for part in in_parts(sorted(codes)):
        stmt = sa.select(Organization.uscc, Organization.id, Organization.label).where(
            Organization.uscc.in_(part), Organization.archived_at.is_(None), visible(actor, Organization)
        )
        for code, record_id, label in db.session.execute(stmt):
            found.setdefault(code or "", []).append(Match(record_id, label))
    return found


@dataclass
class _ExistingOrganization:
    values: dict[str, Any]
    points: set[tuple[Any, str]]
    aliases: set[str]
    sectors: set[int]


def _known(ids: Iterable[int]) -> dict[int, _ExistingOrganization]:
    columns = [Organization.id, Organization.name, *(getattr(Organization, name) for name in FILLED)]
    found: dict[int, _ExistingOrganization] = {}
    for part in in_parts(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Organization.id.in_(part))).mappings():
            found[row["id"]] = _ExistingOrganization(dict(row), set(), set(), set())
        points = sa.select(ContactPoint.record_id, ContactPoint.medium, ContactPoint.value, ContactPoint.raw)
        for record_id, medium, value, raw in db.session.execute(points.where(ContactPoint.record_id.in_(part))):
            found[record_id].points.add((medium, value or raw))
        aliases = sa.select(Alias.organization_id, Alias.name).where(Alias.organization_id.in_(part))
        for record_id, name in db.session.execute(aliases):
            found[record_id].aliases.add(name.casefold())
        held = OrganizationSector
        sectors = sa.select(held.organization_id, held.sector_id).where(held.organization_id.in_(part))
        for record_id, sector_id in db.session.execute(sectors):
            found[record_id].sectors.add(sector_id)
    return found


def _compare(line: ImportLine, held: _ExistingOrganization) -> None:
    """Keep of a row only what the organization does not have yet; nothing that is there is overwritten."""
    told_: PlannedOrganization = line.data
    own = {held.values["name"], held.values["native_name"]}
    told_.values = {
        name: told_.values[name]
        for name in FILLED
        if told_.values[name] and not held.values[name] and told_.values[name] not in own
    }
    told_.points = tuple(p for p in told_.points if p.same_as not in held.points)
    told_.aliases = tuple(a for a in told_.aliases if a.casefold() not in held.aliases and a not in own)
    told_.sectors = tuple(i for i in told_.sectors if i not in held.sectors)
    told_.roles, told_.tags = (), ()
    what = [str(Organization.__table__.c[name].info["label"]) for name in told_.values]
    what += [str(p.medium) for p in told_.points]
    what += [_("Other names")] if told_.aliases else []
    what += [_("Sectors")] if told_.sectors else []
    who = next((m.label for m in line.matches if m.id == line.record_id), "")
    if what:
        line.why = _("Adds to %(who)s: %(what)s", who=who, what=", ".join(dict.fromkeys(what)))
    else:
        line.outcome, line.why = LineOutcome.same, _("%(who)s is already up to date", who=who)
