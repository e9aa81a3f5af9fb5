"""Joins whose left side SQLite reads first, whatever it expects of their sizes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class _OrderedJoin(sa.Join):
    """An inner join that SQLite doesn't reorder; on PostgreSQL an ordinary one."""

    inherit_cache = True


def join_in_order(first: Any, *steps: tuple[Any, sa.ColumnElement[bool]]) -> sa.FromClause:
    """Join tables to `first` one after the other, each with its condition.

    SQLite has no statistics of a common table expression, and sometimes reads a whole table to look each of its rows
    up among the few of the expression.
    """
    joined = _source(first)
    for right, condition in steps:
        joined = _OrderedJoin(joined, _source(right), condition)
    return joined


def _source(entity: Any) -> sa.FromClause:
    """Return the table of a model or of its alias."""
    source: sa.FromClause = sa.inspect(entity).selectable
    return source


@compiles(_OrderedJoin)
def _render_join(join: _OrderedJoin, compiler: Any, **options: Any) -> Any:
    return compiler.visit_join(join, **options)


@compiles(_OrderedJoin, "sqlite")
def _render_cross_join(join: _OrderedJoin, compiler: Any, **options: Any) -> str:
    # The linter of missing conditions doesn't know this join; it always has one.
    options |= {"asfrom": False, "from_linter": None}
    sides = tuple(compiler.process(side, **options | {"asfrom": True}) for side in (join.left, join.right))
    return f"{sides[0]} CROSS JOIN {sides[1]} ON {compiler.process(join.onclause, **options)}"
