"""Cities of the same name, apart by country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa


class City(NamedTuple):
    """A city with how many people and organizations we know there.

    `other_countries` have a city of the same name. `is_main`: no larger one does; it has those without a country, too.
    """

    key: str
    name: str
    country: str | None
    zone: str | None
    people: int
    organizations: int
    other_countries: tuple[str, ...] = ()
    is_main: bool = True

    def contains(self, cls: Any) -> sa.ColumnElement[bool]:
        """Return the condition for the rows of a table of people, organizations or projects in this city."""
        is_here: sa.ColumnElement[bool] = cls.city_key == self.key
        if not self.is_main:
            return sa.and_(is_here, cls.country == self.country)
        if not self.other_countries:
            return is_here
        return sa.and_(is_here, sa.or_(cls.country.is_(None), cls.country.not_in(self.other_countries)))


def split_by_country(key: str, rows: Sequence[Any]) -> list[City]:
    """Return the city of each country; rows without a country are of the largest one."""
    records: Counter[str] = Counter()
    for row in rows:
        records[row.country] += row.records
    countries = sorted(filter(None, records), key=lambda country: (-records[country], country))
    main, *smaller = countries or [""]
    cities = [_build_city(key, main, [row for row in rows if row.country in ("", main)], tuple(smaller))]
    for country in smaller:
        namesakes = tuple(other for other in countries if other != country)
        own = [row for row in rows if row.country == country]
        cities.append(_build_city(key, country, own, namesakes)._replace(is_main=False))
    return cities


def _build_city(key: str, country: str, rows: Sequence[Any], other_countries: tuple[str, ...]) -> City:
    return City(
        key,
        rows[0].city,
        country or None,
        next(filter(None, (row.zone for row in rows)), None),
        sum(row.records for row in rows if row.kind == "person"),
        sum(row.records for row in rows if row.kind == "organization"),
        other_countries,
    )
