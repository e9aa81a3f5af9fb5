"""SELECTs that can be executed with others, compiled once for all that differ only in the values of parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.engine import Dialect

    from .base import Rows, Select

MAX_TEXTS = 50
"""How many texts are kept of a statement whose parameters are lists: one for each length."""


class _Placeholder(NamedTuple):
    """What a placeholder stands for: a parameter, or the item at `position` of a parameter that is a list."""

    name: str
    position: int | None
    process: Callable[[Any], Any] | None

    def value_in(self, params: Mapping[str, Any]) -> Any:
        """Return its value as the driver takes it."""
        value = params[self.name] if self.position is None else params[self.name][self.position]
        return value if self.process is None else self.process(value)


class CompiledRead(ABC):
    """A compiled statement: its text for the driver, and how its rows are read."""

    def __init__(self, stmt: Select, dialect: Dialect) -> None:
        self.compiled = stmt.compile(dialect=dialect)
        columns = list(stmt.selected_columns)
        self.types = [column.type.dialect_impl(dialect) for column in columns]
        self.metadata = SimpleResultMetaData([column.key or "" for column in columns])
        self.processors = {
            name: processor
            for name, bind in self.compiled.binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self.lists = [self.compiled.bind_names[bind] for bind in self.compiled.post_compile_params]
        self.texts: LRUCache[tuple[int, ...], tuple[str, list[_Placeholder]]] = LRUCache(MAX_TEXTS)

    @classmethod
    def can_read(cls, columns: Sequence[sa.ColumnElement[Any]]) -> bool:  # noqa: ARG003 - for subclasses
        """Return whether a statement with these columns can be executed with others."""
        return True

    def render(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Return the text for the driver and the values of its placeholders."""
        params = self.compiled.construct_params(dict(values))
        lengths = tuple(len(params[name]) for name in self.lists)
        expanded = self.texts.get(lengths)
        if expanded is None:
            expanded = self.texts[lengths] = self._expand(dict(values))
        text, placeholders = expanded
        return text, [placeholder.value_in(params) for placeholder in placeholders]

    def _expand(self, values: dict[str, Any]) -> tuple[str, list[_Placeholder]]:
        """Return the text with a placeholder for each item of the lists, and what each placeholder stands for."""
        state = self.compiled.construct_expanded_state(values)
        lists = {item: (name, n) for name, items in state.parameter_expansion.items() for n, item in enumerate(items)}
        processors = {**self.processors, **state.processors}
        text, names = self.write(state.statement, state.positiontup)
        placeholders = []
        for name in names:
            param, position = lists.get(name, (name, None))
            placeholders.append(_Placeholder(param, position, processors.get(name)))
        return text, placeholders

    @abstractmethod
    def write(self, text: str, names: Sequence[str] | None) -> tuple[str, Sequence[str]]:
        """Return the text for the driver, and the parameter of each placeholder.

        `names` are the parameters of a compiled text whose placeholders have no names, in their order.
        """

    def make_rows(self, values: Sequence[Sequence[Any]]) -> Rows:
        """Return values as rows like those of `Connection.execute`."""
        return IteratorResult(self.metadata, map(tuple, values)).all()


@dataclass(frozen=True)
class PreparedRead:
    """A statement that can be executed with others, and the values of its parameters.

    Reads of the same rows are equal: their statements are compiled to the same one and have the same parameters.
    """

    stmt: Select = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)
    compiled: Any
    params: Mapping[str, Any]


@dataclass(frozen=True)
class _StatementShape:
    """What SQLAlchemy compiles of a statement: equal for statements that differ only in the values of parameters."""

    key: Any
    stmt: Select = field(compare=False)
    params: Sequence[sa.BindParameter[Any]] = field(compare=False)


@lru_cache(maxsize=2048)
def _compile(
    shape: _StatementShape, dialect: Dialect, kind: type[CompiledRead]
) -> tuple[CompiledRead | None, Sequence[sa.BindParameter[Any]]]:
    """Return the first statement of a shape, compiled, with its parameters; None if it can only be executed alone."""
    can_read = kind.can_read(list(shape.stmt.selected_columns))
    return kind(shape.stmt, dialect) if can_read else None, shape.params


_compiled_statements: WeakKeyDictionary[Select, tuple[Dialect, CompiledRead | None, dict[str, Any]]] = (
    WeakKeyDictionary()
)
"""Each statement compiled, and its own values of the parameters of the first statement of its shape."""


def prepare_read(
    dialect: Dialect, kind: type[CompiledRead], stmt: Select, values: Mapping[str, Any]
) -> PreparedRead | None:
    """Return a statement that can be executed with others; None if it has to be executed alone."""
    entry = _compiled_statements.get(stmt)
    if entry is None or entry[0] is not dialect:
        entry = _compiled_statements[stmt] = (dialect, *_find_compiled(dialect, kind, stmt))
    compiled, own_values = entry[1:]
    return PreparedRead(stmt, values, compiled, {**own_values, **values}) if compiled else None


def _find_compiled(
    dialect: Dialect, kind: type[CompiledRead], stmt: Select
) -> tuple[CompiledRead | None, dict[str, Any]]:
    key = stmt._generate_cache_key()  # noqa: SLF001 - what SQLAlchemy's own cache of compiled statements uses
    if key is None:
        return None, {}
    compiled, params = _compile(_StatementShape(key.key, stmt, key.bindparams), dialect, kind)
    pairs = zip(params, key.bindparams, strict=True)
    return compiled, {first.key: own.effective_value for first, own in pairs if first is not own and not own.required}
