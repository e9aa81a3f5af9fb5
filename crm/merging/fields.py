"""Which fields of two records are compared, which belong together, and how their values are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.columns import own_names
from crm.core.data.identity import User
from crm.core.data.record import Record, find_visible
from crm.core.forms.choices import WIDGETS
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import LabeledEnum, Lazy, _, _l
from crm.followups.models import Cadence
from crm.opportunities.models import Opportunity
from crm.organizations.models import Client, Organization, Post, Prime
from crm.people.models import Person
from crm.products.models import Product
from crm.projects.models import Project
from crm.records.policy import FOLLOWING_KINDS
from crm.reference.models import Funder
from crm.shows.models import Show

MODELS: dict[str, type[Record]] = {
    "person": Person,
    "organization": Organization,
    "project": Project,
    "show": Show,
    "product": Product,
    "opportunity": Opportunity,
}
PARTS: dict[str, tuple[type[Base], ...]] = {"organization": (Client, Prime, Post, Cadence), "person": (Cadence,)}
"""By kind the tables in which a record has at most one row."""
TOGETHER: dict[str, tuple[tuple[Lazy, tuple[str, ...]], ...]] = {
    "person": (
        (_l("Name"), ("family_latin", "given_latin")),
        (_l("Native name"), ("family_native", "given_native")),
        (_l("Date of birth"), ("birth_month", "birth_day", "birth_year")),
        (_l("Consent"), ("consent", "consent_place", "consent_on")),
        (_l("Location"), ("country", "city", "zone")),
    ),
    "organization": (
        (_l("Location"), ("country", "region", "city", "postal_code", "zone")),
        (_l("Parent organization"), ("parent_id", "parent_share")),
    ),
    "project": (
        (_l("Value"), ("value", "currency")),
        (_l("Location, bid deadline"), ("country", "city", "zone", "bid_wall")),
        (_l("Source"), ("source_kind", "source_id", "source_note", "heard_on")),
    ),
    "show": (
        (_l("Days"), ("starts_on", "ends_on")),
        (_l("Location"), ("country", "city", "venue", "halls", "zone")),
        (_l("Cost"), ("cost", "currency")),
    ),
    "product": ((_l("Export classification"), ("jurisdiction", "eccn", "usml_category", "said_by", "said_on")),),
    "opportunity": (
        (_l("Amount"), ("amount", "currency")),
        (_l("Probability"), ("probability", "certainty")),
        (_l("Close date"), ("close_on", "close_quarter")),
    ),
}
"""Fields that are chosen together, with a label: each value only makes sense with the others."""
UNLABELED: dict[str, dict[str, Lazy]] = {
    "project": {"source_id": _l("Source name")},
    "show": {"organizer_id": _l("Organizer"), "funder_id": _l("Funder")},
    "opportunity": {
        "project_id": _l("Project"),
        "buyer_id": _l("Buyer"),
        "buyer_contact_id": _l("Person at prime or buyer"),
        "need_id": _l("Need"),
        "representation_id": _l("China rep"),
        "product_id": _l("Product"),
    },
}
"""Fields whose column has no label."""
LEFT_ALONE: dict[str, frozenset[str]] = {
    "project": frozenset({"lead_stage"}),
    "opportunity": frozenset({"stage", "license_gate", "lost_reason_id", "end_why", "wakes_on"}),
}
"""Fields that only a move to another stage changes."""
UNKNOWN = "unknown"
"""The code of an option that says as little as a blank field."""
MONEY = frozenset({"parent_share", "cost", "funder_id"})
"""Fields that are hidden from the China desk."""


class FieldGroup(NamedTuple):
    """Fields of one table that are chosen together; `part` is the table of a part, None for the record itself."""

    key: str
    part: type[Base] | None
    names: tuple[str, ...]
    label: object


def list_groups(kind: str) -> Iterator[FieldGroup]:
    """Yield the fields of a kind of records in the order of its model, then those of its parts."""
    cls = MODELS[kind]
    labels = _labels(cls) | UNLABELED.get(kind, {}) | {"counselor_id": Record.__table__.c.counselor_id.info["label"]}
    names = [*own_names(cls), *UNLABELED.get(kind, {}), *(() if kind in FOLLOWING_KINDS else ("counselor_id",))]
    groups = {name: (label, group) for label, group in TOGETHER[kind] for name in group}
    covered: set[str] = set()
    for name in names:
        if name in covered or name in LEFT_ALONE.get(kind, ()):
            continue
        label, group = groups.get(name, (labels[name], (name,)))
        covered |= set(group)
        yield FieldGroup(name, None, group, label)
    for part in PARTS.get(kind, ()):
        for name, label in _labels(part).items():
            yield FieldGroup(f"{part.__tablename__}.{name}", part, (name,), label)


def _labels(cls: type[Base]) -> dict[str, Any]:
    table: Any = cls.__table__
    return {name: table.c[name].info["label"] for name in own_names(cls)}


def find_part(record: Record, group: FieldGroup) -> Any:
    """Return the row that has the fields of a group; None if the record has no such part."""
    return record if group.part is None else db.session.get(group.part, record.id)


def is_blank(row: Any, group: FieldGroup) -> bool:
    """Return whether a record has no value for a group: nothing, "unknown", or for fields of a group their defaults."""
    columns = sa.inspect(row).mapper.column_attrs
    return all(
        value in (None, "")
        or (isinstance(value, LabeledEnum) and value.value == UNKNOWN)
        or (len(group.names) > 1 and _is_default(columns[name].columns[0], value))
        for name in group.names
        for value in [getattr(row, name)]
    )


def _is_default(column: sa.Column[Any], value: Any) -> bool:
    default = column.default
    return isinstance(default, sa.ColumnDefault) and default.is_scalar and bool(default.arg == value)


def write_values(actor: Actor, row: Any, group: FieldGroup) -> str:
    """Return the values of fields that are chosen together as text, without those hidden from the actor."""
    is_hidden = actor.hides_money or _has_hidden_parent(actor, row)
    names = [name for name in group.names if not (is_hidden and name in MONEY)]
    return ", ".join(text for name in names if (text := _write(actor, row, name)))


def _has_hidden_parent(actor: Actor, row: Any) -> bool:
    parent_id = getattr(row, "parent_id", None)
    return parent_id is not None and find_visible(actor, parent_id) is None


def _write(actor: Actor, row: Any, name: str) -> str:
    value = getattr(row, name)
    column = sa.inspect(row).mapper.column_attrs[name].columns[0]
    if value is None or value == "":
        return ""
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return write(value)
    if column.foreign_keys:
        return _write_reference(actor, {key.column.table.name for key in column.foreign_keys}, value)
    source = WIDGETS.get(column.info.get("widget", ""))
    return source.write(str(value)) if source else str(value)


WRITERS: tuple[tuple[type[Any], Callable[[Any], str]], ...] = (
    (bool, lambda value: _("Yes") if value else _("No")),
    (datetime, lambda value: formats.day_time(value.date(), value.time())),
    (date, lambda value: formats.day(value, full=True)),
    (Decimal, formats.num),
)
"""How values are written, by type; the first that fits."""


def _write_reference(actor: Actor, targets: set[str], value: int) -> str:
    for table, cls in (("user", User), ("funder", Funder)):
        if table in targets:
            return db.session.scalar(sa.select(cls.name).where(cls.id == value)) or ""
    record = find_visible(actor, value)
    return (record.label or record.native_label) if record is not None else _("hidden")
