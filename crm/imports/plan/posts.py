"""Plans of posts: each row adds a post where the city has none, open or closed. Existing posts aren't changed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db, new_uid
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.known_posts import city_key
from crm.imports.readers.posts import ParsedPost
from crm.organizations.models import Organization, OrganizationRoleLink, Post
from crm.organizations.policy import OrganizationRole
from crm.records.policy import ContactMedium, PointLabel

from .line import ImportLine, ImportOptions, RecordMatch, problems_to_json
from .planned import PlannedOrganization
from .points import PlannedPoint

SOURCE = "ITA 2015-19, unverified"
"""The source as stored with each post. It doesn't say whether a post is open today."""
_MAX_ADDRESS = 400
_Place = tuple[str, str]


def plan_posts(actor: Actor, rows: Sequence[ParsedPost], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order. Posts are matched by country and city, and by code."""
    existing = _posts(actor)
    return [_line(row, existing, options) for row in rows]


def _posts(actor: Actor) -> dict[_Place, RecordMatch]:
    """Return posts by place and by code, with closed and archived ones: they aren't added again."""
    link = OrganizationRoleLink
    stmt = (
        sa.select(Organization.id, Organization.label, Organization.country, Organization.city, Post.code)
        .join(link, sa.and_(link.organization_id == Organization.id, link.role == OrganizationRole.post))
        .outerjoin(Post, Post.organization_id == Organization.id)
        .where(visible(actor, Organization))
        .order_by(Organization.id)
    )
    by_place: dict[_Place, RecordMatch] = {}
    for record_id, label, country, city, code in db.session.execute(stmt):
        match = RecordMatch(record_id, label)
        by_place.setdefault((country or "", city_key(city) if city else names.sort_key(label)), match)
        if code:
            by_place.setdefault(("code", code), match)
    return by_place


def _line(row: ParsedPost, existing: dict[_Place, RecordMatch], options: ImportOptions) -> ImportLine:
    name = _name(row)
    line = ImportLine(row.line, LineOutcome.new, name, "", ", ".join(filter(None, (row.city, row.country))))
    line.problems = problems_to_json(row.problems)
    if row.is_refused:
        line.outcome = LineOutcome.error
        return line
    place = (row.country, city_key(row.city) if row.city else names.sort_key(name))
    match = existing.get(place) or (existing.get(("code", row.code)) if row.code else None)
    if options.choices.get(row.line) == RowChoice.skip.value:
        line.outcome, line.reason = LineOutcome.skipped, _("You skipped this row")
    elif match is not None:
        line.outcome, line.record_id = LineOutcome.unchanged, match.id
        line.reason = _("%(name)s already exists and won't be changed", name=match.label)
    else:
        line.data = _to_write(row, name, options)
        line.reason = _("New U.S. post (source: %(source)s)", source=SOURCE)
    return line


def _name(row: ParsedPost) -> str:
    return f"US Commercial Service {row.office_name or row.post}"[:200]


def _to_write(row: ParsedPost, name: str, options: ImportOptions) -> PlannedOrganization:
    address = "\n".join(row.address)
    whole = "\n".join(filter(None, (address, *row.us_address)))
    points = [PlannedPoint(ContactMedium.email, PointLabel.work, row.email, row.email.lower())] if row.email else []
    # Phone numbers of unverified sources are stored as written.
    points += [PlannedPoint(ContactMedium.phone, PointLabel.work, row.phone, "")] if row.phone else []
    points += (
        [PlannedPoint(ContactMedium.phone, PointLabel.fax, row.fax, "")] if row.fax and row.fax != row.phone else []
    )
    values = {
        "name": name,
        "native_name": None,
        "country": row.country or None,
        "region": None,
        "city": row.city[:80] or None,
        "city_key": names.city_key(row.city),
        "postal_code": None,
        "address": (whole if len(whole) <= _MAX_ADDRESS else address)[:_MAX_ADDRESS] or None,
        "native_address": None,
        "website": row.urls[0][:300] if row.urls else None,
        "uscc": None,
        "zone": row.zone or (calendars.zone_of_country(row.country) if row.country else None),
        "read_first": row.note[:500] or None,
    }
    return PlannedOrganization(
        new_uid(), values, None, None, (OrganizationRole.post,), tuple(points), tags=options.tags
    )
