"""What follows from the columns of projects: names for search, time zone, bid deadline."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.record_names import naming
from crm.records.queries import load_other_names
from crm.records.services import zone_of_place

from .models import Project


def name_columns(row: Any, other_names: Iterable[str]) -> dict[str, str]:
    """Return labels, sort key and search tokens of a project, or of a row with its columns.

    A project with a Chinese name alone has it as its name, too; it is shown once.
    """
    words = [names.tokens(row.city, row.corridor, *other_names)]
    native_name = row.native_name if row.native_name != row.name else None
    return naming(row.name, native_name, words, is_merged=row.merged_into_id is not None)


def derive_place(row: Any, *, is_new_country: bool = False) -> dict[str, Any]:
    """Return what follows from country, city, zone and local bid deadline of a project, or of a row with its columns.

    Without a zone it is the country's (`zone_of_place`); the deadline is that local time in the zone.
    """
    find_zone, wall = calendars.zone_of_country, row.bid_wall
    zone = zone_of_place(row.country, row.zone, is_new_country=is_new_country, find_zone=find_zone)
    return {
        "zone": zone,
        "city_key": names.city_key(row.city),
        "bid_at": calendars.resolve_local(wall.date(), wall.time(), zone) if wall and zone else None,
    }


def derive_columns(ids: Collection[int], *, is_new_country: bool = False) -> dict[int, dict[str, Any]]:
    """Return what changes with the place of projects, by id."""
    p, other_names = Project, load_other_names(ids)
    columns = (p.id, p.name, p.native_name, p.corridor, p.city, p.country, p.zone, p.bid_wall, p.merged_into_id)
    rows = db.session.execute(sa.select(*columns).where(p.id.in_(ids))).all()
    tokens = {row.id: name_columns(row, other_names.get(row.id, ()))["tokens"] for row in rows}
    places = {row.id: derive_place(row, is_new_country=is_new_country) for row in rows}
    return {i: {"tokens": tokens[i], **place} for i, place in places.items()}
