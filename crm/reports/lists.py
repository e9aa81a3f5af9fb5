"""Lists that the numbers of reports open: leads without a client, overdue follow-ups."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.identity import User
from crm.core.forms.choice_sources import team_choices, user_choices
from crm.core.lists import Col, Filter, Listing
from crm.core.policy import Actor
from crm.core.words import _l
from crm.followups.enums import Side
from crm.followups.models import FollowUp
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage

from . import queries


def _leads(actor: Actor) -> sa.Select[Any]:
    return sa.select(Project).where(queries.has_no_opportunity(actor))


def _overdue(actor: Actor) -> sa.Select[Any]:
    return (
        sa.select(FollowUp).outerjoin(User, User.id == FollowUp.counselor_id).where(*queries.overdue_conditions(actor))
    )


def _counselor_is(value: str) -> sa.ColumnElement[bool]:
    return FollowUp.counselor_id.is_(None) if value == "0" else FollowUp.counselor_id == int(value)


def _counselors(actor: Actor) -> tuple[tuple[str, object], ...]:
    return (*((str(i), name) for i, name in user_choices(actor)), ("0", _l("No counselor")))


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
        Col("since", _l("In stage since"), Project.stage_since, sort=True, kind="ago"),
        Col("city", _l("City"), Project.city, hide_phone=True),
    ),
    filters=(
        Filter(
            "stage",
            _l("Lead stage"),
            "choice",
            lambda x: Project.lead_stage == LeadStage.from_code(x),
            tuple((s.value, s.label) for s in LEAD_STAGES),
        ),
        Filter("idle", _l("Overdue in stage"), "bool", lambda _x, a: queries.is_lead_overdue(a), asks_actor=True),
    ),
)

OVERDUE_FOLLOW_UPS = Listing(
    name="overdue_promises",
    title=_l("Overdue follow-ups"),
    path="/reports/promises",
    row_path="/followups/",
    entity=FollowUp,
    base=_overdue,
    template="reports/follow_ups.html",
    sort="due_on",
    search=False,
    cols=(
        Col("what", _l("Title"), FollowUp.title, kind="link", path="/followups/", ref=FollowUp.id),
        Col("side", _l("Type"), FollowUp.side, kind="enum"),
        Col("counselor", _l("Counselor"), User.name, hide_phone=True),
        Col("due_on", _l("Due"), FollowUp.due_on, sort=True, kind="date"),
    ),
    filters=(
        Filter(
            "side",
            _l("Type"),
            "choice",
            lambda x: FollowUp.side == Side.from_code(x),
            tuple((s.value, s.label) for s in (Side.we, Side.they)),
        ),
        Filter("counselor", _l("Counselor"), "choice", _counselor_is, _counselors),
        Filter(
            "team",
            _l("Team"),
            "many",
            lambda x: FollowUp.team_id.in_(list(map(int, x))),
            lambda a: tuple((str(i), name) for i, name in team_choices(a)),
        ),
    ),
)
