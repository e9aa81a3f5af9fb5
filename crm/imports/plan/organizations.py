"""Plans of organizations: each row adds one, or fills the blanks of an existing one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.organizations import ParsedOrganization
from crm.imports.readers.plain_columns import PLAIN_COLUMNS
from crm.organizations.models import Organization
from crm.organizations.policy import OrganizationRole, is_shared

from .existing import OrganizationIndex, find_records_by_point
from .identifiers import UidIndex, collect_uids
from .line import ImportLine, ImportOptions, RecordMatch, problems_to_json
from .lookups import ImportUser, ReferenceLookup, find_enum_member
from .name_matches import find_organizations, note_other_organizations
from .people import decide_line_outcome
from .planned import PlannedOrganization, join_tags, limit_tags
from .points import build_points, list_point_keys
from .same_names import combine_same_names
from .updates import add_to_organization, load_existing_organizations
from .users import choose_user, left_blank

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
_MAX_USCC, _MAX_READ_FIRST = 18, 500


def plan_organizations(actor: Actor, rows: Sequence[ParsedOrganization], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order. Identifier, USCC, name, email and phone match organizations."""
    lists, ids = ReferenceLookup(), UidIndex(actor, "organization", collect_uids(rows))
    lines = [_line(actor, row, options, lists, ids) for row in rows]
    _match(actor, rows, lines, ids)
    find_organizations(actor, [line for line in lines if line.outcome is LineOutcome.new])
    ids_to_update = {i for line in lines if (i := decide_line_outcome(line, options)) is not None}
    combine_same_names(rows, lines, options)
    existing = load_existing_organizations(ids_to_update)
    for line in lines:
        if line.outcome is LineOutcome.update and line.record_id is not None:
            add_to_organization(line, existing[line.record_id])
        elif line.outcome is LineOutcome.new:
            line.data.tags = limit_tags(line)
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
        line.outcome = LineOutcome.error
        return line
    roles = _roles(line, row.roles)
    team_id = _team(actor, line, row, lists, options) if not is_shared(roles) else None
    if line.outcome is LineOutcome.error:
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
        join_tags(options.tags, row.labels),
    )
    return line


def _counselor(
    actor: Actor, line: ImportLine, row: ParsedOrganization, lists: ReferenceLookup, team_id: int | None
) -> ImportUser | None:
    """Return the counselor that the row names, None if there is none or if they may not be; a note says why."""
    user, problem = choose_user(actor, lists, row.counselor, team_id) if row.counselor else (None, "")
    if problem:
        line.note(left_blank(problem, _("Counselor")))
    return user


def _roles(line: ImportLine, texts: Iterable[str]) -> tuple[OrganizationRole, ...]:
    roles = []
    for text in texts:
        role = find_enum_member(OrganizationRole, text, ROLE_ALIASES)
        if role is None:
            line.note(_("“%(value)s” isn't an organization role. The role was skipped.", value=text[:60]))
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
        line.note(_("“%(value)s” isn't a sector. The sector was skipped.", value=text[:60]))
    return sector_id


def _values(line: ImportLine, row: ParsedOrganization) -> dict[str, Any]:
    latin = next((a for a in row.addresses if not a.is_native), None)
    native = next((a for a in row.addresses if a.is_native and a.text), None)
    any_address = latin or native
    uscc = names.normalize_uscc(row.uscc) if row.uscc else ""
    if len(uscc) > _MAX_USCC:
        line.note(_("“%(value)s” isn't a USCC. The USCC was left blank.", value=uscc[:30]))
        uscc = ""
    note = "\n".join(filter(None, (row.note, *row.websites[1:])))
    if len(note) > _MAX_READ_FIRST:
        line.note(_("The note was shortened to %(n)s characters.", n=_MAX_READ_FIRST))
    return {
        "name": row.name or row.native_name,
        "native_name": row.native_name or None if row.name else None,
        "country": row.country or None,
        "region": (any_address.region if any_address else "") or None,
        "city": row.city or None,
        "city_key": names.city_key(row.city),
        "postal_code": (any_address.postcode if any_address else "") or None,
        "address": (latin.text if latin else "") or None,
        "native_address": native.text if native else None,
        "zone": calendars.zone_of_country(row.country) if row.country else None,
        "website": row.websites[0] if row.websites else None,
        "uscc": uscc or None,
        "read_first": note[:_MAX_READ_FIRST] or None,
        **dict.fromkeys(PLAIN_COLUMNS["organizations"]),
        **dict(row.plain),
    }


def _match(actor: Actor, rows: Sequence[ParsedOrganization], lines: Sequence[ImportLine], ids: UidIndex) -> None:
    waiting = [(row, line) for row, line in zip(rows, lines, strict=True) if line.data is not None]
    organizations = OrganizationIndex(actor)
    organizations.load((row.name, row.native_name) for row, _line in waiting)
    point_keys = {line.line: list_point_keys(line.data.points) for _row, line in waiting}
    by_point = find_records_by_point(actor, "organization", {key for keys in point_keys.values() for key in keys})
    by_code = _by_uscc(actor, {line.data.values["uscc"] for _row, line in waiting if line.data.values["uscc"]})
    by_points_only: list[ImportLine] = []
    for row, line in waiting:
        points = [match for key in point_keys[line.line] for match in by_point.get(key, ())]
        by_name = [
            RecordMatch(f.id, f.label)
            for f in organizations.find_by_name(row.name, row.native_name)
            if f.id is not None
        ][:1]
        # The strongest match wins: an organization may share the email address of its parent.
        strong = ids.match(row.uid) or by_code.get(line.data.values["uscc"] or "", []) or by_name
        line.matches = tuple(dict.fromkeys(strong or points))
        ids.skip_archived(line, row.uid)
        if points and not strong:
            by_points_only.append(line)
    note_other_organizations(actor, by_points_only)


def _by_uscc(actor: Actor, codes: Iterable[str]) -> dict[str, list[RecordMatch]]:
    by_code: dict[str, list[RecordMatch]] = {}
    for part in chunked(sorted(codes)):
        stmt = sa.select(Organization.uscc, Organization.id, Organization.label).where(
            Organization.uscc.in_(part), Organization.archived_at.is_(None), visible(actor, Organization)
        )
        for code, record_id, label in db.session.execute(stmt):
            by_code.setdefault(code or "", []).append(RecordMatch(record_id, label))
    return by_code
