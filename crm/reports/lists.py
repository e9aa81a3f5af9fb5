"""Lists that the numbers of reports open: leads without a client, overdue follow-ups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Listing
from crm.core.lists.derive import enum_choices
from crm.core.lists.staff_filters import list_counselor_choices, team_filter
from crm.core.policy import Actor
from crm.core.words import _l
from crm.followups.conditions import is_overdue
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.followups.queries import about_of_many
from crm.opportunities.queries import days_in_stage
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage

from . import queries
from .ages import FollowUpAge


def _leads(actor: Actor) -> sa.Select[Any]:
    return sa.select(Project).where(queries.has_no_opportunity(actor))


def _overdue(actor: Actor) -> sa.Select[Any]:
    return (
        sa.select(FollowUp).outerjoin(User, User.id == FollowUp.counselor_id).where(*queries.overdue_conditions(actor))
    )


def _lead_counselor_is(value: str) -> sa.ColumnElement[bool]:
    return Project.counselor_id.is_(None) if value == "0" else Project.counselor_id == int(value)


def _lead_days(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return how many days each lead is over the limit of its stage."""
    stmt = sa.select(Project.id, Project.lead_stage, Project.stage_since).where(Project.id.in_(ids))
    rows = db.session.execute(stmt).all()
    days = {i: days_in_stage(since, actor.zone) - stage.idle_days for i, stage, since in rows}
    return {i: {"over": over if over > 0 else None} for i, over in days.items()}


def _follow_up_facts(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return what each follow-up is about, an organization first, and how many days it is late."""
    today = clock.today(actor.zone)
    stmt = sa.select(FollowUp.id, FollowUp.due_on, FollowUp.due_at).where(FollowUp.id.in_(ids))
    due = {i: local_day(due_at or due_on, actor.zone) for i, due_on, due_at in db.session.execute(stmt)}
    days = {i: (today - day).days if day < today else None for i, day in due.items()}
    abouts = about_of_many(actor, ids)
    names = {i: sorted(abouts[i], key=lambda about: about.kind != "organization") for i in ids}
    return {
        i: {"about": names[i][0].label or names[i][0].native_label if names[i] else "", "days": days[i]} for i in ids
    }


def _counselor_is(value: str) -> sa.ColumnElement[bool]:
    return FollowUp.counselor_id.is_(None) if value == "0" else FollowUp.counselor_id == int(value)


def _select_open(actor: Actor) -> sa.Select[Any]:
    stmt = sa.select(FollowUp).outerjoin(User, User.id == FollowUp.counselor_id)
    return stmt.where(*queries.open_conditions(actor))


LEADS = Listing(
    name="leads",
    title=_l("Leads without a client"),
    path="/reports/leads",
    row_path="/projects/",
    entity=Project,
    base=_leads,
    template="reports/leads.html",
    cols=(
        Col("name", _l("Name"), Project.label, sort=Project.sort_key, kind="name", native=Project.native_label),
        Col("stage", _l("Lead stage"), Project.lead_stage, kind="enum"),
        Col("since", _l("In stage since"), Project.stage_since, sort=True, kind="date"),
        Col("over", _l("Days overdue"), kind="num"),
        Col("city", _l("City"), Project.city, hide_phone=True),
    ),
    after_page=_lead_days,
    filters=(
        Filter(
            "stage",
            _l("Lead stage"),
            "choice",
            lambda x: Project.lead_stage == LeadStage.from_code(x),
            enum_choices(LEAD_STAGES),
        ),
        Filter("counselor", _l("Counselor"), "choice", _lead_counselor_is, list_counselor_choices),
        Filter("idle", _l("Overdue in stage"), "bool", lambda _x, a: queries.is_lead_overdue(a), takes_actor=True),
    ),
)

FOLLOW_UP_FILTERS = (
    Filter(
        "side",
        _l("Type"),
        "choice",
        lambda x: FollowUp.side == FollowUpSide.from_code(x),
        enum_choices((FollowUpSide.we, FollowUpSide.they)),
    ),
    Filter("counselor", _l("Counselor"), "choice", _counselor_is, list_counselor_choices),
    team_filter(FollowUp.team_id),
)

OVERDUE_FOLLOW_UPS = Listing(
    name="overdue_followups",
    title=_l("Overdue follow-ups"),
    path="/reports/overdue-follow-ups",
    row_path="/followups/",
    entity=FollowUp,
    base=_overdue,
    template="reports/follow_ups.html",
    sort="due_on",
    search=False,
    cols=(
        Col("title", _l("Title"), FollowUp.title, kind="link", path="/followups/", ref=FollowUp.id),
        Col("about", _l("About")),
        Col("side", _l("Type"), FollowUp.side, kind="enum", hide_phone=True),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
        Col("due_on", _l("Due"), FollowUp.due_on, sort=True, kind="date"),
        Col("days", _l("Days overdue"), kind="num", hide_phone=True),
    ),
    after_page=_follow_up_facts,
    filters=FOLLOW_UP_FILTERS,
)

OPEN_FOLLOW_UPS = replace(
    OVERDUE_FOLLOW_UPS,
    name="open_followups",
    title=_l("Open follow-ups"),
    path="/reports/open-follow-ups",
    base=_select_open,
    filters=(
        *FOLLOW_UP_FILTERS,
        Filter("late", _l("Overdue"), "bool", lambda _x, a: is_overdue(a), takes_actor=True),
        Filter(
            "age",
            _l("Days overdue"),
            "choice",
            lambda x, a: queries.is_of_age(FollowUpAge.from_code(x), clock.today(a.zone), a.zone),
            enum_choices(FollowUpAge),
            takes_actor=True,
        ),
    ),
)
