"""Lists that administrators edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, field, money
from crm.core.data.history import Audited
from crm.core.words import _l


class Sector(Audited, Base):
    """A line of business; `source` is the list it comes from."""

    __tablename__ = "sector"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = field(
        _l("Code"), sa.String(40), unique=True, hint=_l("Short name for imports, such as water. Users see the name.")
    )
    name: Mapped[str] = field(_l("Name"), sa.String(120))
    native_name: Mapped[str] = field(_l("Chinese name"), sa.String(120), default="")
    source: Mapped[str] = field(_l("Source"), sa.String(120), default="")
    active: Mapped[bool] = field(_l("Active"), default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Funder(Audited, Base):
    """An organization that pays for counseling time, with the dates of its award."""

    __tablename__ = "funder"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = field(
        _l("Code"), sa.String(20), unique=True, hint=_l("Short name for the quick log (such as #step) and imports.")
    )
    name: Mapped[str] = field(_l("Name"), sa.String(120))
    from_on: Mapped[date | None] = field(_l("Award start"))
    to_on: Mapped[date | None] = field(_l("Award end"))
    active: Mapped[bool] = field(_l("Active"), default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class LostReason(Audited, Base):
    """A reason why an opportunity was lost; with `requires_description` the counselor must also enter a description."""

    __tablename__ = "lost_reason"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = field(
        _l("Code"), sa.String(40), unique=True, hint=_l("Short, unique name, such as price. Users see the name.")
    )
    name: Mapped[str] = field(_l("Name"), sa.String(120))
    requires_description: Mapped[bool] = field(_l("Description required"), default=False)
    active: Mapped[bool] = field(_l("Active"), default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class DayOff(Audited, Base):
    """A holiday or make-up workday that is missing or wrong in the calendar library."""

    __tablename__ = "day_off"
    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = field(_l("Country"), sa.String(2), widget="country")
    day: Mapped[date] = field(_l("Date"))
    name: Mapped[str] = field(_l("Name"), sa.String(120))
    is_workday: Mapped[bool] = field(
        _l("Make-up workday"), default=False, hint=_l("A weekend day on which offices are open.")
    )
    confirmed: Mapped[bool] = field(_l("Officially confirmed"), default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.UniqueConstraint("country", "day"),)


class Rate(Audited, Base):
    """The value of one unit of a currency in US dollars on a day."""

    __tablename__ = "rate"
    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), widget="currency")
    on: Mapped[date] = field(_l("Date"))
    usd: Mapped[Decimal] = field(_l("US dollars per unit"), sa.Numeric(14, 6))
    source: Mapped[str] = field(_l("Source"), sa.String(120), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.UniqueConstraint("currency", "on"),)


class GiftLimit(Audited, Base):
    """From a day on: up to which value, and up to how many a year for one recipient, gifts need no approval."""

    __tablename__ = "gift_limit"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[date] = field(_l("Valid from"), unique=True)
    usd: Mapped[Decimal] = field(_l("US dollars per gift"), money())
    per_year: Mapped[int] = field(_l("Gifts a year for one recipient"))
    note: Mapped[str] = field(_l("Note"), sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
