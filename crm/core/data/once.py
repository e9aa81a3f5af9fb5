"""Queries whose result stays the same during a request."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

from flask import g, has_request_context

T = TypeVar("T")


def once_per_request(load: Callable[..., T]) -> Callable[..., T]:
    """Execute a query once per request and arguments: the rows of a form need the same choices.

    Only for results that no caller changes, and that a request doesn't read again after writing them. Outside of
    requests, as in jobs and commands, each call executes the query.
    """

    @wraps(load)
    def wrapped(*args: Hashable) -> T:
        if not has_request_context():
            return load(*args)
        results: dict[Any, T] = g.setdefault("query_results", {})
        key = (load, *args)
        if key not in results:
            results[key] = load(*args)
        return results[key]

    return wrapped
