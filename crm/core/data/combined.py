"""Several SELECTs executed as one statement: the rows of each come back as one JSON text.

For a small query SQLAlchemy takes several times as long as the database, and PostgreSQL adds a round trip.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.util import LRUCache

from .base import Select

Convert = Callable[[Any], Any]
JSON_READERS: tuple[tuple[type[Any], Convert], ...] = (
    (sa.DateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat),
    (sa.Numeric, Decimal),
    (sa.Float, float),
)
"""How values in PostgreSQL's JSON become those of its driver; numbers of a fixed scale are texts in it.

SQLite's driver returns the same values as its JSON.
"""
CARRIED = (sa.Integer, sa.String, sa.Boolean, sa.DateTime, sa.Date, sa.Time, sa.Numeric, sa.Float, sa.JSON)
"""Types whose values survive JSON."""
NAMED = re.compile(r"(?<!%)%\((\w+)\)s")
"""A placeholder of PostgreSQL's driver."""
MAX_TEXTS = 50
"""How many texts are kept of a statement whose parameters are lists: one for each length."""
MAX_COLUMNS = 90
"""PostgreSQL's functions take a hundred arguments."""


class _Placeholder(NamedTuple):
    """What a placeholder stands for: a parameter, or the item at `position` of a parameter that is a list."""

    name: str
    position: int | None
    process: Convert | None

    def value_in(self, params: Mapping[str, Any]) -> Any:
        """Return its value as the driver takes it."""
        value = params[self.name] if self.position is None else params[self.name][self.position]
        return value if self.process is None else self.process(value)


class _CombinedPart:
    """A statement as a column of the combined one."""

    def __init__(self, stmt: Select, dialect: Dialect) -> None:
        self.compiled = stmt.compile(dialect=dialect)
        columns = list(stmt.selected_columns)
        self.before, self.after = _json_wrapper([column.type for column in columns], dialect)
        self.processors = {
            name: processor
            for name, bind in self.compiled.binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self.converters = [(n, c) for n, column in enumerate(columns) if (c := _converter(column.type, dialect))]
        self.metadata = SimpleResultMetaData([column.key or "" for column in columns])
        self.lists = [self.compiled.bind_names[bind] for bind in self.compiled.post_compile_params]
        self.texts: LRUCache[tuple[int, ...], tuple[str, dict[Any, _Placeholder]]] = LRUCache(MAX_TEXTS)

    def render(self, values: Mapping[str, Any]) -> tuple[str, dict[Any, Any]]:
        """Return the text with a placeholder for each parameter, and the parameters as the driver takes them."""
        params = self.compiled.construct_params(dict(values))
        lengths = tuple(len(params[name]) for name in self.lists)
        expanded = self.texts.get(lengths)
        if expanded is None:
            expanded = self.texts[lengths] = self._expand(dict(values))
        text, placeholders = expanded
        return text, {key: placeholder.value_in(params) for key, placeholder in placeholders.items()}

    def _expand(self, values: dict[str, Any]) -> tuple[str, dict[Any, _Placeholder]]:
        """Return the text with a placeholder for each item of the lists, and what each placeholder stands for."""
        state = self.compiled.construct_expanded_state(values)
        lists = {item: (name, n) for name, items in state.parameter_expansion.items() for n, item in enumerate(items)}
        processors = {**self.processors, **state.processors}
        # By position on SQLite, by name on PostgreSQL, for which two placeholders of one value would be two values.
        names = enumerate(state.positiontup) if state.positiontup is not None else ((x, x) for x in state.parameters)
        placeholders = {}
        for key, name in names:
            param, position = lists.get(name, (name, None))
            placeholders[key] = _Placeholder(param, position, processors.get(name))
        return self.before + state.statement + self.after, placeholders

    def load(self, text: str | None) -> Sequence[Any]:
        """Return the rows as `Connection.execute` does."""
        rows = json.loads(text) if text else []
        for row in rows:
            for position, convert in self.converters:
                row[position] = convert(row[position])
        return IteratorResult(self.metadata, iter(map(tuple, rows))).all()


def _json_wrapper(kinds: Sequence[sa.types.TypeEngine[Any]], dialect: Dialect) -> tuple[str, str]:
    """Return what stands before and after a statement to make its rows one JSON text."""
    names = [f"c{n}" for n in range(len(kinds))]
    before = f"(WITH part({', '.join(names)}) AS ("
    if dialect.name == "sqlite":
        return before, f") SELECT json_group_array(json_array({', '.join(names)})) FROM part)"  # noqa: S608 - no input
    exact = [
        f"{name}::text" if isinstance(_base(kind), sa.Numeric) else name
        for name, kind in zip(names, kinds, strict=True)
    ]
    return before, f") SELECT json_agg(json_build_array({', '.join(exact)}))::text FROM part)"  # noqa: S608


def _base(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def _converter(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what makes a value of JSON the value of a row; None if it is the same."""
    finish = kind.dialect_impl(dialect).result_processor
    if dialect.name == "sqlite":
        return finish(dialect, None)
    base = _base(kind)
    read = next((read for cls, read in JSON_READERS if isinstance(base, cls)), None)
    # The driver's processors of numbers depend on the column of a result, which JSON doesn't have.
    return _in_turn(read, None if isinstance(base, sa.Numeric | sa.Float) else finish(dialect, None))


def _unless_none(read: Convert) -> Convert:
    return lambda value: None if value is None else read(value)


def _in_turn(read: Convert | None, finish: Convert | None) -> Convert | None:
    if read is None:
        return finish
    safe = _unless_none(read)
    return safe if finish is None else lambda value: finish(safe(value))


@dataclass(frozen=True)
class Read:
    """A statement that can be combined with others, and the values of its parameters.

    Reads of the same rows are equal: their statements have the same part and the same parameters.
    """

    stmt: Select = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)
    part: _CombinedPart
    params: Mapping[str, Any]


@dataclass(frozen=True)
class _StatementShape:
    """What SQLAlchemy compiles of a statement: equal for statements that differ only in the values of parameters."""

    key: Any
    stmt: Select = field(compare=False)
    params: Sequence[sa.BindParameter[Any]] = field(compare=False)


@lru_cache(maxsize=2048)
def _compile(shape: _StatementShape, dialect: Dialect) -> tuple[_CombinedPart | None, Sequence[sa.BindParameter[Any]]]:
    """Return the part of the first statement of a shape with its parameters; None if JSON doesn't carry its rows."""
    columns = list(shape.stmt.selected_columns)
    is_carried = len(columns) <= MAX_COLUMNS and all(isinstance(_base(column.type), CARRIED) for column in columns)
    return _CombinedPart(shape.stmt, dialect) if is_carried else None, shape.params


_part_of_statement: WeakKeyDictionary[Select, tuple[Dialect, _CombinedPart | None, dict[str, Any]]] = (
    WeakKeyDictionary()
)
"""The part of each statement, and its own values of the parameters of that part."""


def prepare_read(connection: Connection, stmt: Select, values: Mapping[str, Any]) -> Read | None:
    """Return a statement that can be combined with others; None if it has to be executed alone."""
    dialect = connection.dialect
    entry = _part_of_statement.get(stmt)
    if entry is None or entry[0] is not dialect:
        entry = _part_of_statement[stmt] = (dialect, *_find_part(stmt, dialect))
    part, own_values = entry[1:]
    return Read(stmt, values, part, {**own_values, **values}) if part else None


def _find_part(stmt: Select, dialect: Dialect) -> tuple[_CombinedPart | None, dict[str, Any]]:
    key = stmt._generate_cache_key()  # noqa: SLF001 - what SQLAlchemy's own cache of compiled statements uses
    if key is None:
        return None, {}
    part, params = _compile(_StatementShape(key.key, stmt, key.bindparams), dialect)
    pairs = zip(params, key.bindparams, strict=True)
    return part, {first.key: own.effective_value for first, own in pairs if first is not own and not own.required}


def execute_combined(connection: Connection, reads: Sequence[Read]) -> list[Sequence[Any]]:
    """Execute statements as one, and return the rows of each."""
    texts: list[str] = []
    by_position: list[Any] = []
    by_name: dict[str, Any] = {}
    for number, read in enumerate(reads):
        text, own_params = read.part.render(read.params)
        if connection.dialect.positional:
            by_position += own_params.values()
        else:
            text = NAMED.sub(rf"%(r{number}_\1)s", text)
            by_name |= {f"r{number}_{key}": value for key, value in own_params.items()}
        texts.append(text)
    values = tuple(by_position) if connection.dialect.positional else by_name
    row = connection.exec_driver_sql("SELECT " + ", ".join(texts), values).one()
    return [read.part.load(text) for read, text in zip(reads, row, strict=True)]
