"""The check of a day while it is chosen: its parameters, and the attributes of the date inputs that ask for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from werkzeug.datastructures import MultiDict

from crm.calendars import Workplace
from crm.core.data.base import db, row_id
from crm.core.data.record import Record, visible
from crm.core.forms.params import parse_day
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.people.queries import list_workplaces

from .days import days_to_choose

MAX_RECORDS = 50


class ChosenDay(NamedTuple):
    """A day that was just chosen, with the time if there is one, and where the people concerned work."""

    day: date
    time: time | None
    places: Sequence[Workplace]


def read_chosen_day(actor: Actor, args: MultiDict[str, str]) -> ChosenDay | None:
    """Return the chosen day of a query string; None for an incomplete or invalid one.

    `day` is a date, or `choice` one of the preset days. Records in `about` that the actor may not see don't count.
    """
    try:
        day = parse_day(args["day"]) if args.get("day") else None
        hour = formats.parse_time(args["time"]) if args.get("time") else None
    except ValueError:
        return None
    day = day or next((c.due for c in days_to_choose(actor) if c.code.value == args.get("choice")), None)
    if day is None:
        return None
    ids = args.getlist("about", type=row_id)[:MAX_RECORDS]
    return ChosenDay(day, hour, list_workplaces(_filter_visible(actor, ids)))


def _filter_visible(actor: Actor, ids: Collection[int]) -> list[int]:
    return list(db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids), visible(actor)))) if ids else []


def check_while_choosing(
    field: Any,
    *,
    pickers: Sequence[str] = (),
    about: Collection[int] = (),
    only_if: str = "",
    endpoint: str = "followups.check_day",
    **params: Any,
) -> None:
    """Let the script check the days chosen in a date field.

    `pickers` are fields of the form that name the people concerned, `about` those who are known already. `only_if` is
    "field=value" of a radio button on which the check depends.
    """
    attributes = {
        "data-day-check": url_for(endpoint, **params, about=list(about) or None),
        "data-day-about": " ".join(pickers) or None,
        "data-day-if": only_if or None,
    }
    field.render_kw = (field.render_kw or {}) | {name: value for name, value in attributes.items() if value}
