"""The list of follow-ups: open ones, unless the URL has a state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import fetch
from crm.core.data.identity import User
from crm.core.data.together import run_together
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.cursor import Cursor
from crm.core.lists.derive import enum_choices
from crm.core.lists.query import build_filtered
from crm.core.lists.query import rows as load_page_rows
from crm.core.lists.record_groupings import team_grouping, user_grouping
from crm.core.lists.staff_filters import list_staff_choices
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.words import _l, _p

from . import queries
from .conditions import is_due_from, is_due_until, is_overdue
from .enums import FollowUpSide, FollowUpState
from .models import FollowUp

SOON_DAYS = 7


def _select_open(actor: Actor) -> sa.Select[Any]:
    return _select_all(actor).where(FollowUp.state == FollowUpState.open)


def _select_all(actor: Actor) -> sa.Select[Any]:
    return queries.visible_to(actor).outerjoin(User, User.id == FollowUp.counselor_id)


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return what each is about, and its due date with the local time if it has one."""
    stmt = sa.select(FollowUp.id, FollowUp.due_on, FollowUp.due_wall).where(FollowUp.id.in_(ids))
    rows, about = run_together(partial(fetch, stmt), partial(queries.about_of_many, actor, ids))
    due = {i: f"{wall:%Y-%m-%d %H:%M}" if wall else day.isoformat() for i, day, wall in rows}
    return {i: {"due": due.get(i), "about": "; ".join(a.label or a.native_label for a in about[i])} for i in ids}


def _of_counselor(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = FollowUp.counselor_id == (actor.id if value == "me" else int(value))
    return condition


def _due_condition(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of a choice; one with a time counts on the day of the actor."""
    today = clock.today(actor.zone)
    last = today + timedelta(days=SOON_DAYS)
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "late": is_overdue(actor),
        "today": sa.and_(is_due_from(today, actor.zone), is_due_until(today, actor.zone)),
        "soon": sa.and_(is_due_from(today, actor.zone), is_due_until(last, actor.zone)),
        "later": is_due_from(last + timedelta(days=1), actor.zone),
    }
    return conditions[value]


DUE = (
    ("late", _l("Overdue")),
    ("today", _p("date", "Today")),
    ("soon", _l("Within 7 days")),
    ("later", _p("due", "Later")),
)

OPEN = Listing(
    name="followups",
    title=_l("Follow-ups"),
    path="/followups/",
    entity=FollowUp,
    base=_select_open,
    after_page=after_page,
    sort="due_on",
    template="followups/index.html",
    groupings=(
        user_grouping("counselor", _l("Counselor"), FollowUp.counselor_id),
        team_grouping(FollowUp.team_id),
    ),
    cols=(
        Col("title", _l("Title"), FollowUp.title),
        Col("due", _l("Due")),
        Col("zone", _l("Time zone"), FollowUp.zone),
        Col("counselor", _l("Counselor"), User.email),
        Col("about", _l("About")),
        Col("side", _l("Type"), FollowUp.side, kind="enum"),
        Col("state", _l("Status"), FollowUp.state, kind="enum"),
        Col.of(FollowUp.note, show=False),
        Col.of(FollowUp.result, show=False),
        Col("due_on", _l("Due date"), FollowUp.due_on, sort=True, kind="date", export=False),
        Col("uid", _l("Identifier"), FollowUp.uid),
    ),
    filters=(
        Filter("whose", _l("Counselor"), "choice", _of_counselor, list_staff_choices, takes_actor=True),
        Filter(
            "side",
            _l("Type"),
            "choice",
            lambda x: FollowUp.side == FollowUpSide.from_code(x),
            enum_choices(FollowUpSide),
        ),
        Filter(
            "state",
            _l("Status"),
            "choice",
            lambda x: FollowUp.state == FollowUpState.from_code(x),
            enum_choices(FollowUpState),
        ),
        Filter("due", _l("Due"), "choice", _due_condition, DUE, takes_actor=True),
    ),
    views=(
        View("mine", _l("Mine"), {"whose": "me"}),
        View("late", _l("Overdue"), {"whose": "me", "due": "late"}),
        View("theirs", _l("They owe"), {"side": "they"}),
        View("done", _l("Done"), {"state": "done"}, sort="-due_on"),
    ),
)
CLOSED_LISTING = replace(OPEN, base=_select_all)


def choose_listing(args: Any) -> Listing:
    """Return the listing for a URL: closed follow-ups are included if it has a state or groups."""
    is_any_state = args.get("state") or args.get("in") or args.get("view") == "done"
    return CLOSED_LISTING if is_any_state else OPEN


def list_ids_before(actor: Actor, state: ListState, first: queries.FollowUpRow) -> list[int]:
    """Return the ids on the page before the one that begins with a follow-up."""
    before = replace(state, after=Cursor(first.due_on, first.id, back=True))
    loaded = load_page_rows(build_filtered(state.listing, actor, state), state.listing, before, ())
    return [row[0] for row in loaded.rows]
