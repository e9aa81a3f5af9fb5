"""Fill and change the lists."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.core.data.base import Base, db
from crm.core.errors import Invalid, NotFound
from crm.core.hooks import FIRST_RUN
from crm.core.i18n import formats
from crm.core.words import _

from .models import Funder, GiftLimit, LostReason, Sector
from .policy import DEFAULT_GIFT_USD, DEFAULT_GIFTS_PER_YEAR, DEFAULT_LIMITS_FROM

OTHER = "other"
FUNDERS = (
    ("SBA", "Small Business Administration"),
    ("STEP", "State Trade Expansion Program"),
    ("ITA", "International Trade Administration"),
    ("LOCAL", "Local and college funds"),
)
LOST_REASONS = (
    ("price", "Price"),
    ("competitor", "Lost to a competitor"),
    ("local_content", "Local content"),
    ("no_budget", "No budget"),
    ("timing", "Too late or postponed"),
    ("specification", "Didn't meet the specification"),
    ("export_control", "Export control"),
    ("ip_risk", "IP risk"),
    ("no_answer", "No answer"),
    ("client_capacity", "Client couldn't deliver"),
    (OTHER, "Other"),
)
THEMES = (
    ("smart_city", "Smart cities", "智慧城市"),
    ("water", "Water", "水务"),
    ("air", "Air quality and sensors", "空气质量与传感器"),
    ("clean_energy", "Clean energy", "清洁能源"),
    ("e_commerce", "E-commerce", "电子商务"),
    ("logistics", "Shipping and last-mile logistics", "航运与末端物流"),
    ("food", "Food and farm products", "食品与农产品"),
    ("medical", "Medical devices", "医疗器械"),
    ("construction", "Construction and engineering", "建筑工程"),
    ("education", "Education and training", "教育培训"),
)


def shipped_rows(name: str, package: str = "crm.reference") -> list[dict[str, str]]:
    """Return the rows of a list that is part of the program: data/NAME.csv of a package."""
    text = resources.files(package).joinpath(f"data/{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def load_lists() -> int:
    """Add the shipped rows to lists that are empty, and return their number."""
    rows: list[Base] = []
    if db.session.scalar(sa.select(sa.func.count(Sector.id))) == 0:
        rows += [
            Sector(code=row["code"], name=row["en"], native_name=row["zh_hans"], source="Made in China 2025")
            for row in shipped_rows("mic2025")
        ]
        rows += [
            Sector(code=code, name=name, native_name=native, source="Center's own list")
            for code, name, native in THEMES
        ]
    if db.session.scalar(sa.select(sa.func.count(Funder.id))) == 0:
        rows += [Funder(code=code, name=name) for code, name in FUNDERS]
    if db.session.scalar(sa.select(sa.func.count(LostReason.id))) == 0:
        rows += [LostReason(code=code, name=name, requires_description=code == OTHER) for code, name in LOST_REASONS]
    if db.session.scalar(sa.select(sa.func.count(GiftLimit.id))) == 0:
        limits = {"usd": DEFAULT_GIFT_USD, "per_year": DEFAULT_GIFTS_PER_YEAR}
        rows.append(GiftLimit(from_on=DEFAULT_LIMITS_FROM, **limits))
    db.session.add_all(rows)
    db.session.flush()
    return len(rows)


UNIQUE_FIELDS = ("code", "day", "on", "from_on")
"""The fields of the lists that two rows can't share; days have a country besides, and rates a currency."""


def save_row(row: Base, values: Mapping[str, Any]) -> None:
    """Change or add a row of a list. Raises Invalid if there already is such a row."""
    for name, value in values.items():
        setattr(row, name, "" if value is None and not row.__table__.c[name].nullable else value)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        field = next(name for name in UNIQUE_FIELDS if name in values)
        raise Invalid(_("This entry already exists. Edit it, or enter a different one."), field) from None


FIRST_RUN.append(load_lists)


def check_funder(funder_id: int, day: date) -> None:
    """Raise Invalid if the award of a funder doesn't include a day, and NotFound for an unknown one."""
    funder = db.session.get(Funder, funder_id)
    if funder is None:
        raise NotFound
    if (funder.from_on and day < funder.from_on) or (funder.to_on and day > funder.to_on):
        text = _("Choose a funder whose award includes %(day)s.", day=formats.day(day, full=True))
        raise Invalid(text, "funder_id")
