"""Fields that refer to a user."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core.forms.choice_sources import name_user, user_choices
from crm.core.forms.choices import CodeChoice


class UserField(CodeChoice):
    """An active user, colleagues of the actor's teams first; empty is None. `with_self`: the actor is among them."""

    def __init__(
        self, label: object = None, validators: Any = None, *, blank: object = True, with_self: bool = True, **kw: Any
    ) -> None:
        def load() -> list[tuple[int, str]]:
            return [(id, name) for id, name in user_choices(g.actor) if with_self or id != g.actor.id]

        super().__init__(label, validators, load=load, blank=blank, number=True, write=_write, **kw)


def _write(text: str) -> str:
    return name_user(g.actor, int(text))
