"""A field for the funder of something."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core import clock
from crm.core.forms.choices import CodeChoice
from crm.core.words import _l

from .queries import funders_on, list_funder_names


def name_funder(text: str) -> str:
    """Return the name of a funder by the text of its id, also of one that is no longer offered."""
    return list_funder_names().get(int(text), "")


class FunderField(CodeChoice):
    """A funder whose award includes today; empty is None."""

    def __init__(self, label: object = None, validators: Any = None, **kw: Any) -> None:
        super().__init__(
            label or _l("Funder"),
            validators,
            load=_load_choices,
            blank=True,
            number=True,
            write=name_funder,
            **kw,
        )


def _load_choices() -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in funders_on(clock.today(g.actor.zone))]
