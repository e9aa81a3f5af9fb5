"""What a user has hidden on Today, and the summary table of cities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, sort_text
from crm.core.data.record import Record
from crm.core.data.summaries import SUMMARIES, Summary
from crm.organizations.models import Organization
from crm.people.models import Person


class HiddenWelcome(Base):
    """A user who hid the first steps on Today."""

    __tablename__ = "hidden_welcome"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class CitySum(Base):
    """People or organizations (`kind`) of a team in a city, neither confidential nor archived, by its spelling.

    `team_key` is 0 for shared ones; `country` and `zone` are "" if unknown.
    """

    __tablename__ = "city_sum"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_key: Mapped[str] = mapped_column(sort_text(80))
    team_key: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    city: Mapped[str] = mapped_column(sa.String(80))
    country: Mapped[str] = mapped_column(sa.String(2))
    zone: Mapped[str] = mapped_column(sa.String(60))
    records: Mapped[int]
    __table_args__ = (sa.Index("ix_city_sum_city_key", "city_key"),)


def spelling(columns: Any) -> dict[str, Any]:
    """Return city, country and zone of a table of people or organizations, "" for none."""
    return {name: sa.func.coalesce(columns[name], sa.literal_column("''")) for name in ("city", "country", "zone")}


def _select_cities(cls: Any) -> sa.Select[Any]:
    row, record = cls.__table__.c, Record.__table__.c
    team_key = sa.func.coalesce(record.team_id, sa.literal_column("0"))
    keys = {"city_key": row.city_key, "team_key": team_key, "kind": record.kind, **spelling(row)}
    return (
        sa.select(*(column.label(name) for name, column in keys.items()), sa.func.count().label("records"))
        .join_from(cls.__table__, Record.__table__, record.id == row.id)
        .where(row.city_key != "", sa.not_(record.confidential), record.archived_at.is_(None))
        .group_by(*keys.values())
    )


CITY_SUMS = Summary(
    CitySum.__table__,
    ("city_key", "team_key", "kind", "city", "country", "zone"),
    ("records",),
    {Person: _select_cities(Person), Organization: _select_cities(Organization)},
    frozenset({"city_key", "city", "country", "zone", "team_id", "confidential", "archived_at"}),
)
SUMMARIES.append(CITY_SUMS)
