"""The keys of names among the search tokens: which records lack them, and adding them, as after an upgrade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record_names import join_tokens
from crm.core.search.index import RECORD, index_new, unindex
from crm.names import matching
from crm.names.matching import PersonName
from crm.organizations.models import Alias, Organization
from crm.people.models import Person

ROWS_AT_ONCE = 1_000


def find_without_keys() -> list[int]:
    """Return the ids of people and organizations whose search tokens lack keys of their names."""
    return sorted(record_id for record_id, _tokens, _keys in _iterate_lacking())


def add_missing_keys() -> int:
    """Add the keys and return how many records lacked some, without a new version or history."""
    lacking = list(_iterate_lacking())
    for record_id, tokens, keys in lacking:
        _store(record_id, join_tokens([tokens, *keys]))
    return len(lacking)


def _iterate_lacking() -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield id, search tokens and keys of each record that lacks some of its keys."""
    for record_id, tokens, keys in chain(_iterate_people(), _iterate_organizations()):
        if not set(keys) <= set(matching.find_keys(tokens)):
            yield record_id, tokens, keys


def _iterate_people() -> Iterator[tuple[int, str, tuple[str, ...]]]:
    columns = (getattr(Person, part) for part in PersonName._fields)
    for record_id, tokens, *parts in _select_named(Person, *columns):
        yield record_id, tokens, matching.person_keys(PersonName(*(part or "" for part in parts)))


def _iterate_organizations() -> Iterator[tuple[int, str, tuple[str, ...]]]:
    aliases: dict[int, list[str]] = {}
    for organization_id, alias in db.session.execute(sa.select(Alias.organization_id, Alias.name).order_by(Alias.id)):
        aliases.setdefault(organization_id, []).append(alias)
    for record_id, tokens, *texts in _select_named(Organization, Organization.name, Organization.native_name):
        yield record_id, tokens, matching.organization_keys(*texts, *aliases.get(record_id, ()))


def _select_named(cls: type[Person | Organization], *columns: Any) -> Iterable[Any]:
    """Return id, search tokens and other columns of the records of a class that aren't archived."""
    stmt = sa.select(cls.id, cls.tokens, *columns).where(cls.archived_at.is_(None)).order_by(cls.id)
    return db.session.execute(stmt.execution_options(yield_per=ROWS_AT_ONCE))


def _store(record_id: int, tokens: str) -> None:
    connection = db.session.connection()
    stmt = sa.select(RECORD.c.id, RECORD.c.kind, RECORD.c.tokens).where(RECORD.c.id == record_id)
    before: dict[str, Any] = dict(connection.execute(stmt).mappings().one())
    unindex(connection, [before])
    table: Any = RECORD
    connection.execute(sa.update(table).where(table.c.id == record_id).values(tokens=tokens))
    index_new(connection, [before | {"tokens": tokens}])
