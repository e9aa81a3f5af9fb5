"""Filters that several lists have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crm.core.lists import Filter
from crm.core.lists.staff_filters import list_user_choices
from crm.core.policy import Actor
from crm.core.words import Lazy, _l


def id_filter(name: str, label: Lazy, column: Any, choices: Callable[[Actor], Iterable[tuple[int, str]]]) -> Filter:
    """Return a filter by an id, with the choices that an actor has."""

    def options(actor: Actor) -> tuple[tuple[str, object], ...]:
        return tuple((str(i), text) for i, text in choices(actor))

    return Filter(name, label, "choice", lambda x: column == int(x), options)


def counselor_filter(entity: Any) -> Filter:
    """Return a filter by the counselor of a record."""
    return Filter("counselor", _l("Counselor"), "choice", lambda x: entity.counselor_id == int(x), list_user_choices)
