"""Whose opportunities a report is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.access import SHARED
from crm.core.policy import Actor
from crm.opportunities.conditions import OPPORTUNITY, RECORD
from crm.opportunities.policy import SalesPath

TEAMS: Any = sa.bindparam("teams", expanding=True)
COUNSELOR: Any = sa.bindparam("counselor")
LIMIT: Any = sa.bindparam("limit", type_=sa.Integer)


class ScopeParts(NamedTuple):
    """Which parts of a scope are set: they change the statements."""

    teams: bool
    counselor: bool
    path: bool


@dataclass(frozen=True)
class Scope:
    """Whose opportunities a report is about. `teams` None: those of all teams; counselor and path narrow it."""

    actor: Actor
    teams: tuple[int, ...] | None
    counselor_id: int | None = None
    path: SalesPath | None = None

    @property
    def day(self) -> date:
        """Today in the reader's time zone."""
        return clock.today(self.actor.zone)

    def local_day(self, moment: datetime) -> date:
        """Return the day of a moment in the reader's time zone."""
        return local_day(moment, self.actor.zone)

    @property
    def is_unfiltered(self) -> bool:
        """Whether only teams narrow it: then confidential opportunities may be counted beside it."""
        return self.counselor_id is None and self.path is None

    @property
    def parts(self) -> ScopeParts:
        """Which parts of the scope are set."""
        return ScopeParts(self.teams is not None, self.counselor_id is not None, self.path is not None)

    def fetch(self, query: Callable[..., Sequence[Any]], *words: Any, **values: Any) -> Sequence[Any]:
        """Run a query for this scope and return its rows."""
        own = {"teams": list(self.teams or ()), "counselor": self.counselor_id, "path": self.path}
        return query(self.actor, self.parts, *words, **own, **values)


def is_counted(parts: ScopeParts) -> sa.ColumnElement[bool]:
    """Return the condition for opportunities of the scope that are neither confidential nor archived."""
    conditions = [OPPORTUNITY.c.visibility_key.in_(TEAMS) if parts.teams else OPPORTUNITY.c.visibility_key >= SHARED]
    if parts.path:
        conditions.append(OPPORTUNITY.c.path == sa.bindparam("path"))
    if parts.counselor:
        ids_of_counselor = sa.select(RECORD.c.id).where(
            RECORD.c.kind == "opportunity", RECORD.c.counselor_id == COUNSELOR
        )
        conditions.append(OPPORTUNITY.c.id.in_(ids_of_counselor))
    return sa.and_(*conditions)
