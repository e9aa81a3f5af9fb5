"""Helpers shared by the tests of this directory."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
import wtforms as w
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from crm.core.data.base import Instant, code, field, money
from crm.core.forms.forms import of
from crm.core.policy import Role


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = field("Name", sa.String(20))
    nick: Mapped[str | None] = field("Nick", sa.String(20), hint="Short.")
    place: Mapped[str] = field("Place", sa.String(20), default="")
    note: Mapped[str | None] = field("Note", sa.Text)
    mail: Mapped[str | None] = field("Mail", sa.String(40), widget="email")
    site: Mapped[str | None] = field("Site", sa.String(40), widget="url")
    day: Mapped[date | None] = field("Day")
    count: Mapped[int | None] = field("Count")
    tries: Mapped[int] = field("Tries", default=3)
    odds: Mapped[int | None] = field("Odds", widget="percent")
    amount: Mapped[Decimal | None] = field("Amount", money())
    share: Mapped[Decimal | None] = field("Share", sa.Numeric(5, 2), widget="percent")
    ratio: Mapped[Decimal | None] = field("Ratio", sa.Numeric(5, 2))
    role: Mapped[Role] = field("Role", code(Role), default=Role.staff)
    maybe: Mapped[Role | None] = field("Maybe", code(Role))
    must: Mapped[Role] = field("Must", code(Role))
    on: Mapped[bool] = field("On", default=True)
    country: Mapped[str | None] = field("Country", sa.String(2), widget="country")
    zone: Mapped[str] = field("Zone", sa.String(60), default="UTC", widget="zone")
    at: Mapped[object] = field("At", Instant)
    bare: Mapped[int] = mapped_column()


NAMES = [c.key for c in Thing.__table__.c if "label" in c.info and c.key != "at"]


Every = type("Every", (w.Form,), {name: of(getattr(Thing, name)) for name in NAMES})
