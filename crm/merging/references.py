"""All references to records that can be merged, read from the models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.features import load_modules

from .rules import NOT_MERGED, RULES, MergeRule


class Reference(NamedTuple):
    """A foreign key to records: the mapper of its table and the attribute of its column."""

    name: str
    mapper: Any
    attribute: str
    rule: MergeRule

    @property
    def is_logged(self) -> bool:
        """Whether the table has a history."""
        return issubclass(self.mapper.class_, Audited)

    @property
    def column(self) -> Any:
        """The mapped column."""
        return getattr(self.mapper.class_, self.attribute)


@cache
def list_foreign_keys() -> dict[str, frozenset[str]]:
    """Return all foreign keys to records that can be merged, with the kinds to which they can refer."""
    load_modules("models")
    mappers: Any = Record.__mapper__.self_and_descendants
    kinds = {m.local_table.name: {str(m.polymorphic_identity)} for m in mappers}
    kinds["record"] = set().union(*kinds.values()) - {"None"}
    roots = kinds.keys() - set(NOT_MERGED)
    return {
        f"{table.name}.{column.name}": frozenset(kinds[key.column.table.name])
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in roots and not (table.name in kinds and column.name == "id")
    }


def list_references(kind: str) -> Iterator[Reference]:
    """Yield the references to records of a kind, in the order of `RULES`."""
    mappers = {m.local_table.name: m for m in Base.registry.mappers}  # type: ignore[attr-defined]
    kinds = list_foreign_keys()
    for name, rule in RULES.items():
        if kind in kinds[name]:
            table, column = name.split(".")
            mapper = mappers[table]
            yield Reference(name, mapper, mapper.get_property_by_column(mapper.local_table.c[column]).key, rule)


def load_rows(reference: Reference, record_id: int) -> list[Any]:
    """Return the rows that refer to a record, oldest first."""
    stmt = sa.select(reference.mapper.class_).where(reference.column == record_id)
    return list(db.session.scalars(stmt.order_by(*reference.mapper.primary_key)))
