"""Search tokens, sort keys and city keys that an earlier version stored: which records lack some, and adding them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.record_names import join_tokens
from crm.core.data.summaries import rebuild_sums
from crm.core.search.index import RECORD, index_new, unindex
from crm.names import matching
from crm.names.folding import has_han
from crm.names.matching import PersonName
from crm.organizations.models import Alias, Organization
from crm.people.models import Person
from crm.projects.models import Project
from crm.shows.models import Show

ROWS_AT_ONCE = 1_000
WITH_CITY: tuple[Any, ...] = (Person, Organization, Project, Show)


class StoredName(NamedTuple):
    """The stored search tokens and sort key of a record, and what the names of this version have."""

    record_id: int
    tokens: str
    sort_key: str
    new_tokens: tuple[str, ...]
    new_sort_key: str

    @property
    def is_lacking(self) -> bool:
        """Whether a token is missing, or the sort key another one."""
        return self.sort_key != self.new_sort_key or not set(self.new_tokens) <= set(self.tokens.split())


def find_without_keys() -> list[int]:
    """Return the ids of records whose search tokens or keys lack those of their names or cities."""
    return sorted(
        {row.record_id for row in _iterate_lacking()} | {record_id for _cls, record_id, _key in _wrong_cities()}
    )


def add_missing_keys() -> int:
    """Add the keys and return how many records lacked some, without a new version or history."""
    lacking, cities = list(_iterate_lacking()), list(_wrong_cities())
    for row in lacking:
        _store(row)
    for cls, record_id, key in cities:
        db.session.execute(sa.update(cls.__table__).where(cls.__table__.c.id == record_id).values(city_key=key))
    if cities:
        rebuild_sums()
    return len({row.record_id for row in lacking} | {record_id for _cls, record_id, _key in cities})


def _wrong_cities() -> Iterator[tuple[Any, int, str]]:
    """Yield class, id and right key of each record with another city key than that of its city."""
    for cls in WITH_CITY:
        for record_id, city, key in db.session.execute(sa.select(cls.id, cls.city, cls.city_key)):
            if city and not city.isascii() and key != names.city_key(city):
                yield cls, record_id, names.city_key(city)


def _iterate_lacking() -> Iterator[StoredName]:
    """Yield each record that lacks some of its keys."""
    return filter(lambda row: row.is_lacking, chain(_iterate_people(), _iterate_organizations(), _iterate_further()))


def _iterate_further() -> Iterator[StoredName]:
    kinds = (Person.__mapper__.polymorphic_identity, Organization.__mapper__.polymorphic_identity)
    for row in _select_named(Record, conditions=(Record.kind.not_in(kinds),)):
        if not row.label.isascii():
            yield _compare(row, ())


def _iterate_people() -> Iterator[StoredName]:
    columns = (getattr(Person, part) for part in PersonName._fields)
    for row in _select_named(Person, *columns):
        name = PersonName(*(getattr(row, part) or "" for part in PersonName._fields))
        yield _compare(row, matching.person_keys(name), names.person_sort_key(*name[:4]))


def _iterate_organizations() -> Iterator[StoredName]:
    aliases: dict[int, list[str]] = {}
    for organization_id, alias in db.session.execute(sa.select(Alias.organization_id, Alias.name).order_by(Alias.id)):
        aliases.setdefault(organization_id, []).append(alias)
    for row in _select_named(Organization, Organization.name, Organization.native_name):
        yield _compare(row, matching.organization_keys(row.name, row.native_name, *aliases.get(row.id, ())))


def _compare(stored: Any, keys: tuple[str, ...], sort_key: str = "") -> StoredName:
    """Compare what a record has with its names. Letters of some scripts had neither tokens nor sort keys once."""
    text = stored.label + stored.native_label
    if text.isascii() or has_han(text):
        return StoredName(stored.id, stored.tokens, stored.sort_key, keys, stored.sort_key)
    tokens = names.tokens(stored.label, stored.native_label).split()
    new_sort_key = sort_key or names.sort_key(stored.label or stored.native_label)
    return StoredName(stored.id, stored.tokens, stored.sort_key, (*keys, *tokens), new_sort_key)


def _select_named(cls: type[Record], *columns: Any, conditions: Iterable[Any] = ()) -> Iterable[Any]:
    """Return the record and other columns of the records of a class that aren't archived."""
    stmt = sa.select(cls.id, cls.tokens, cls.sort_key, cls.label, cls.native_label, *columns)
    stmt = stmt.where(cls.archived_at.is_(None), *conditions).order_by(cls.id)
    return db.session.execute(stmt.execution_options(yield_per=ROWS_AT_ONCE))


def _store(row: StoredName) -> None:
    connection = db.session.connection()
    stmt = sa.select(RECORD.c.id, RECORD.c.kind, RECORD.c.tokens).where(RECORD.c.id == row.record_id)
    before: dict[str, Any] = dict(connection.execute(stmt).mappings().one())
    unindex(connection, [before])
    table: Any = RECORD
    tokens = join_tokens([row.tokens, *row.new_tokens])
    changes = {"tokens": tokens, "sort_key": row.new_sort_key}
    connection.execute(sa.update(table).where(table.c.id == row.record_id).values(changes))
    index_new(connection, [before | {"tokens": tokens}])
