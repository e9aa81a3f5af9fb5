"""What planning and writing each kind of row is done by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from crm.core.policy import Actor

from .plan.line import Line, Options
from .plan.people import plan_people
from .policy import ImportKind
from .write.people import write_people

Progress = Callable[[int], None]


class Way(NamedTuple):
    """How one kind of row comes in: `plan` says what each would do, `write` does it."""

    plan: Callable[[Actor, Sequence[Any], Options], list[Line]]
    write: Callable[[Actor, Sequence[Line], Options, Progress], None]


WAYS: dict[ImportKind, Way] = {
    ImportKind.people: Way(plan_people, write_people),
}
