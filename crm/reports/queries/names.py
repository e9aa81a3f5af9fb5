"""Names of teams and users, and exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import sqlalchemy as sa

from crm.core.data.base import Select, fetch
from crm.core.data.identity import Team, User
from crm.reference.models import Rate

_RATES = sa.select(Rate.currency, Rate.usd).where(Rate.on <= sa.bindparam("day")).order_by(Rate.on)


def load_rates(day: date) -> dict[str, Decimal]:
    """Return US dollars for one unit of each currency: the newest rate up to a day."""
    return {"USD": Decimal(1)} | dict(map(tuple, fetch(_RATES, {"day": day})))


def load_names(model: type[Team | User], ids: Sequence[int]) -> dict[int, str]:
    """Return the names of teams or users by id."""
    return dict(map(tuple, fetch(_names(model), {"ids": ids}))) if ids else {}


@cache
def _names(model: type[Team | User]) -> Select:
    return sa.select(model.id, model.name).where(model.id.in_(sa.bindparam("ids", expanding=True)))
