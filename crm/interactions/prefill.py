"""Initial data of the log form: from the address, a follow-up, and the last interaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import Record, get_visible
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import user_choices
from crm.core.forms.params import parse_day
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.followups import queries as follow_ups
from crm.followups.days import days_to_choose
from crm.followups.enums import FollowUpSide, LaterOption
from crm.followups.queries import FollowUpRow
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import load_roles
from crm.reference.queries import days_off, funders_on, offered_funder_id

from .models import Interaction
from .policy import InteractionOutcome, InteractionState, InteractionType
from .queries import last_funder

FEW = 8
STEP_MINUTES = 5
RECORD_PARAMS = ("about", "person", "organization", "client", "show", "opportunity", "project")
"""Query parameters that name a record; its kind decides which field it fills."""


@dataclass
class FormPrefill:
    """Form data, open follow-ups that can be closed, the zone of the people, and what sets names and questions."""

    data: dict[str, Any]
    open_follow_ups: list[FollowUpRow] = field(default_factory=list)
    their_zone: str | None = None
    ask_names: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class PrefillSource:
    """A page of a higher feature from which interactions are logged.

    `fill` returns form data, and under `ask_names` a function that puts names to be resolved on the form; `link`
    connects the interaction that was logged. Both receive the id in the address.
    """

    fill: Callable[[Actor, int], dict[str, Any]]
    link: Callable[[Actor, int, Interaction], None]


SOURCES: dict[str, PrefillSource] = {}
"""Query parameter ("meeting") -> its source, registered by the feature that has the page."""


def read_choices(actor: Actor) -> None:
    """Read the users, the funders and the days off with one statement: the form needs each of them several times."""
    run_together(
        partial(user_choices, actor),
        partial(funders_on, clock.today(actor.zone)),
        partial(days_off, actor.country),
    )


def blank(actor: Actor) -> dict[str, Any]:
    """Return the data of an interaction held just now by the actor."""
    now = clock.now().astimezone(ZoneInfo(actor.zone))
    _choices, client, step = run_together(*(partial(load, actor) for load in (read_choices, client_row, step_row)))
    return {
        "state": InteractionState.held,
        "type": InteractionType.meeting,
        "reached": InteractionOutcome.talked,
        "zone": actor.zone,
        "day": now.date(),
        "time": time(now.hour, now.minute - now.minute % STEP_MINUTES),
        "staff": [actor.id],
        "clients": [client],
        "follow_ups": [step],
        "people": [],
        "organizations": [],
        "about": [],
        "closes": [],
    }


def client_row(actor: Actor, client_id: int | None = None) -> dict[str, Any]:
    """Return the form data of a client, with the actor's last funder if it is still offered."""
    funder_id = offered_funder_id(last_funder(actor), clock.today(actor.zone))
    return {"client_id": client_id, "funder_id": funder_id, "countable": True}


def step_row(actor: Actor, title: str | None = None, due: date | datetime | None = None) -> dict[str, Any]:
    """Return the form data of a follow-up; without a due date it is due on the next working day."""
    if isinstance(due, datetime):
        local = due.astimezone(ZoneInfo(actor.zone))
        return {"title": title, "due_on": local.date(), "due_time": local.time(), "counselor_id": actor.id}
    days = {c.code: c.due for c in days_to_choose(actor)}
    proposed = due or days.get(LaterOption.next_workday) or days.get(LaterOption.tomorrow)
    return {"title": title, "due_on": proposed, "counselor_id": actor.id, "side": FollowUpSide.we}


def prefill(actor: Actor, args: Mapping[str, Any]) -> FormPrefill:
    """Return the form data for a query string. Raises NotFound for records hidden from the actor."""
    data = blank(actor)
    for name in RECORD_PARAMS:
        record_id = _number(args.get(name))
        if record_id:
            _put(actor, data, get_visible(Record, actor, record_id))
    filled = FormPrefill(data)
    follow_up_id = _number(args.get("followup"))
    if follow_up_id:
        _from_follow_up(actor, filled, follow_up_id)
    for name, source in SOURCES.items():
        if _number(args.get(name)):
            data |= source.fill(actor, _number(args.get(name)))
            filled.ask_names = data.pop("ask_names", None)
    _take_plain_values(data, args)
    return complete(actor, filled)


def complete(actor: Actor, filled: FormPrefill) -> FormPrefill:
    """Add the open follow-ups and the zone of the people and organizations."""
    data = filled.data
    organizations = [row.get("client_id") for row in data["clients"]]
    ids = [i for i in (*data["people"], *data["organizations"], *organizations) if i]
    listed_ids = {t.id for t in filled.open_follow_ups}
    if ids:
        near = follow_ups.of_record(actor, ids, limit=FEW)
        filled.open_follow_ups += [t for t in near if t.id not in listed_ids]
    filled.their_zone = follow_ups.zone_of(data["people"])
    return filled


def _number(text: str | None) -> int:
    try:
        return row_id(text or "")
    except ValueError:
        return 0


def _put(actor: Actor, data: dict[str, Any], record: Record) -> None:
    if record.kind == "person":
        data["people"].append(record.id)
    elif record.kind == "organization" and OrganizationRole.client in load_roles([record.id])[record.id]:
        data["clients"] = [client_row(actor, record.id)]
    elif record.kind == "organization":
        data["organizations"].append(record.id)
    elif record.kind in ("show", "opportunity", "project"):
        data["about"].append(record.id)


def _from_follow_up(actor: Actor, filled: FormPrefill, follow_up_id: int) -> None:
    row = follow_ups.get_follow_up(actor, follow_up_id)
    rows = follow_ups.load_follow_up_rows(actor, [row.id])
    for about in rows[0].about if rows else ():
        _put(actor, filled.data, get_visible(Record, actor, about.id))
    if filled.data["people"]:
        filled.data["organizations"] = []
    filled.open_follow_ups = rows
    filled.data["closes"] = [row.id]


def _take_plain_values(data: dict[str, Any], args: Mapping[str, Any]) -> None:
    """Take plain values from the query string; invalid ones are ignored."""
    for name, enum in (("state", InteractionState), ("type", InteractionType), ("reached", InteractionOutcome)):
        code = args.get("kind" if name == "type" else name)
        if code and code in {w.value for w in enum}:
            data[name] = enum.from_code(code)
    for name, parse in (("day", parse_day), ("time", formats.parse_time)):
        try:
            data[name] = parse(args[name]) if args.get(name) else data[name]
        except ValueError:
            continue
    data |= {name: args[name][:200] for name in ("place", "subject") if args.get(name)}
    if data["state"] is InteractionState.planned:
        data["reached"] = None
