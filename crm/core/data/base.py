"""The one database handle, columns that describe themselves, and the types they use."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from crm.core.data.connections import prepare_sqlite, set_up_postgresql
from crm.core.data.pipeline import send_round
from crm.core.words import LabeledEnum

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect, Engine


class Base(DeclarativeBase):
    """Base class of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
T = TypeVar("T")


@cache
def alias(entity: type[T], name: str) -> type[T]:
    """Return an alias of a table, made once per name: creating its columns takes a third of a millisecond.

    Use a name in one place only: a statement that has the same alias inside and outside takes them for one row.
    """
    return sa.orm.aliased(entity, name=name, flat=True)


Select: TypeAlias = "sa.Select[*tuple[Any, ...]]"
"""A SELECT of columns of any types."""


Rows: TypeAlias = Sequence[Any]
reader: ContextVar[Callable[[Select, Mapping[str, Any] | None], Rows | None] | None] = ContextVar(
    "reader", default=None
)
"""What reads rows for `run_together`."""


def fetch(stmt: Select, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Return all rows of a statement that selects columns; `values` are its parameters. Flushes the session first.

    Bypasses the ORM, which doubles the time of a small query. Inside `run_together` it may wait for other functions.
    """
    session, read = db.session(), reader.get()
    if session.autoflush:
        session.flush()
    rows = read(stmt, values) if read else None
    return session.connection().execute(stmt, values).all() if rows is None else rows


def fetch_values(stmt: Select) -> list[Any]:
    """Return the first column of all rows of a statement that selects columns."""
    return [row[0] for row in fetch(stmt)]


def fetch_table(cls: type[T], *where: sa.ColumnElement[bool], order_by: Sequence[Any] = ()) -> Sequence[T]:
    """Return rows of a table for reading: they have its columns, but no session and none of the class's methods.

    Unlike objects of the ORM they can be read together with others (`fetch`).
    """
    table: Any = cls.__table__  # type: ignore[attr-defined]
    return fetch(sa.select(table).where(*where).order_by(*order_by))


def fetch_rows_of(cls: type[T], column: str, owner_id: int, *order_by: str) -> Sequence[T]:
    """Return the rows of a table that have an id in a column, as `fetch_table`; the statement is built once.

    `order_by` are columns; with "-" before the name the largest value comes first.
    """
    table: Any = cls.__table__  # type: ignore[attr-defined]
    return fetch(_select_rows_of(table, column, order_by), {"owner_id": owner_id})


@cache
def _select_rows_of(table: sa.Table, column: str, order_by: tuple[str, ...]) -> Select:
    order = [table.c[name[1:]].desc() if name.startswith("-") else table.c[name] for name in order_by]
    return sa.select(table).where(table.c[column] == sa.bindparam("owner_id")).order_by(*order)


def is_one_of(column: Any, ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of any number of ids; they are one parameter of the statement."""
    if db.engine.dialect.name == "sqlite":
        values = sa.func.json_each(json.dumps(list(ids))).table_valued("value", name="ids")
        return column.in_(sa.select(values.c.value))  # type: ignore[no-any-return]
    return column == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Integer)))  # type: ignore[no-any-return]


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. SQLite returns naive values; they become aware here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code(cls: type[LabeledEnum], length: int = 40) -> sa.Enum:
    """Return the column type of a closed list, stored by code."""
    return sa.Enum(
        cls,
        native_enum=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Money(sa.Numeric[Any]):
    """The column type of an amount of money."""


def money(digits: int = 14) -> Money:
    """Return the column type of an amount: two decimals; the currency is another column."""
    return Money(digits, 2)


def field(
    label: object,
    *args: Any,
    hint: object = "",
    widget: str = "",
    in_lists: bool = False,
    headings: str = "",
    **kw: Any,
) -> MappedColumn[Any]:
    """Make a mapped column with a label and a hint; `widget` chooses the input in forms.

    in_lists: lists and exports have the column; lists don't show it by default. headings: further import headings for
    it, separated by "|".
    """
    info = {"label": label, "hint": hint, "widget": widget, "in_lists": in_lists, "headings": headings}
    return mapped_column(*args, info=info, **kw)


def sort_text(length: int = 120) -> sa.String:
    """Return a text type that sorts the same on both engines: by bytes."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def sparse(name: str, column: str, *more: str) -> sa.Index:
    """Return a partial index over the filled rows of a mostly empty column: SQLite ignores an index full of NULLs.

    `more` are further columns of the index.
    """
    filled = sa.text(f"{column} IS NOT NULL")
    return sa.Index(name, column, *more, sqlite_where=filled, postgresql_where=filled)


def new_uid() -> str:
    """Return a new public identifier."""
    return str(uuid.uuid4())


def row_id(text: str) -> int:
    """Parse a row id from a URL. Raises ValueError when no table can hold it."""
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


_writes: ContextVar[bool] = ContextVar("writes", default=True)


def writes_first(*, on: bool) -> Any:
    """Choose how the next transactions begin on SQLite: IMMEDIATE for writing, or for reading. Returns a token."""
    return _writes.set(on)


@contextmanager
def reading() -> Iterator[None]:
    """Begin transactions for reading inside this block."""
    token = _writes.set(False)
    try:
        yield
    finally:
        _writes.reset(token)


@contextmanager
def unlocked() -> Iterator[None]:
    """End the transaction and only read inside, so that long reads block nobody. Uncommitted changes are lost."""
    db.session.rollback()
    with reading():
        try:
            yield
        finally:
            db.session.rollback()


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Prepare SQLite for several processes, and PostgreSQL for many small statements."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _sqlite_begin):
        prepare_sqlite(engine)
        event.listen(engine, "begin", _sqlite_begin)
    if engine.dialect.name == "postgresql" and not event.contains(engine, "connect", set_up_postgresql):
        event.listen(engine, "connect", set_up_postgresql)
        event.listen(engine, "do_execute", send_round)


def init_db(app: Flask) -> None:
    """Bind the handle to the application and prepare its engine."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
