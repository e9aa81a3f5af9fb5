"""The lists of projects and of needs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import alias, fetch
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import country_choices
from crm.core.lists import Col, Filter, Listing, RowEditing, View
from crm.core.lists.derive import enum_choices
from crm.core.lists.grouping import Grouping
from crm.core.lists.record_groupings import user_grouping
from crm.core.policy import Actor
from crm.core.words import _l, ngettext
from crm.organizations.queries import load_next_step_dates
from crm.products.policy import hs_digits
from crm.reference.belt_road import list_members, list_sanctioned
from crm.reference.models import Sector
from crm.reference.queries import sector_filter_choices

from . import queries, services
from .forms import ProjectForm
from .models import Need, Project, ProjectSector
from .policy import LEAD_STAGES, LeadStage, is_overdue_in_stage


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return sectors, next step, local bid deadline and the days of overdue leads for the rows of a page."""
    stmt = sa.select(Project.id, Project.lead_stage, Project.stage_since, Project.bid_wall).where(Project.id.in_(ids))
    sectors, steps, rows = run_together(
        partial(queries.load_sector_names, ids), partial(load_next_step_dates, ids, actor), partial(fetch, stmt)
    )
    ages = {i: (stage, (clock.now() - since).days) for i, stage, since, _wall in rows}
    bids = {i: f"{wall:%Y-%m-%d %H:%M}" for i, _stage, _since, wall in rows if wall}
    return {
        i: {
            "sectors": ", ".join(sectors[i]),
            "next": steps.get(i),
            "bid_wall": bids.get(i),
            "idle": _overdue_text(*ages[i]) if i in ages else "",
        }
        for i in ids
    }


def _overdue_text(stage: LeadStage, days: int) -> str:
    return ngettext("%(num)s day in stage", "%(num)s days in stage", days) if is_overdue_in_stage(stage, days) else ""


def is_idle(_value: object) -> sa.ColumnElement[bool]:
    """Return the condition for overdue leads; the same rule as policy.is_overdue_in_stage."""
    now = clock.now()
    conditions = [
        sa.and_(Project.lead_stage == s, Project.stage_since <= now - timedelta(days=s.idle_days + 1))
        for s in LEAD_STAGES
    ]
    return sa.or_(*conditions)


def _in_sector(value: str) -> sa.ColumnElement[bool]:
    link = ProjectSector
    return sa.exists().where(link.project_id == Project.id, link.sector_id == int(value)).correlate_except(link)


def _closes_before(day: date) -> sa.ColumnElement[bool]:
    """Return the condition for bid deadlines before a day, in the project's own time zone."""
    closes: sa.ColumnElement[bool] = Project.bid_wall < datetime.combine(day, time())
    return closes


SECTORS = sa.select(ProjectSector.project_id, ProjectSector.sector_id)
EDITING = RowEditing(
    form=ProjectForm,
    right="project:edit",
    save=services.change_project,
    many=dict.fromkeys(("phase", "city", "country", "zone", "source_kind", "heard_on"), services.change_projects),
    facts=("corridor", "value", "currency", "funding", "description"),
)

PROJECTS = Listing(
    name="projects",
    title=_l("Projects"),
    path="/projects/",
    template="projects/index.html",
    entity=Project,
    base=queries.visible_projects,
    whole=True,
    after_page=after_page,
    editing=EDITING,
    groupings=(
        user_grouping("counselor", _l("Counselor"), Project.counselor_id),
        Grouping("city", _l("City"), Project.city),
        Grouping("sectors", _l("Sector"), kind="id", links=SECTORS, names=(Sector.id, Sector.name)),
        *Grouping.dates("created", _l("Date created"), Project.created_at),
    ),
    cols=(
        Col("name", _l("Name"), Project.label, sort=Project.sort_key, kind="name", native=Project.native_label),
        Col.of(Project.lead_stage, name="stage"),
        Col("since", _l("In stage since"), Project.stage_since, sort=True, kind="date", hide_phone=True),
        Col("idle", _l("Overdue in stage"), hide_phone=True),
        Col.of(Project.phase, hide_phone=True),
        Col.of(Project.city, hide_phone=True),
        Col.of(Project.country, show=False),
        Col("sectors", _l("Sectors"), show=False),
        Col(
            "bid",
            _l("Bid deadline"),
            Project.bid_at,
            sort=True,
            kind="date",
            nulls_last=True,
            hide_phone=True,
            export=False,
        ),
        Col("bid_wall", _l("Bid deadline, local time"), show=False),
        Col.of(Project.zone, show=False),
        Col.of(Project.source_kind, name="source", show=False),
        Col.of(Project.source_note, field="", show=False),
        Col.of(Project.heard_on, name="heard", show=False),
        Col.of(Project.native_name, field="", show=False),
        Col.of(Project.corridor, field="", show=False),
        Col.of(Project.value, kind="money", currency=Project.currency, field="", show=False),
        Col.of(Project.currency, field="", show=False),
        Col.of(Project.funding, field="", show=False),
        Col.of(Project.description, field="", show=False),
        Col("next", _l("Next step"), kind="light"),
        Col("uid", _l("Identifier"), Project.uid, show=False),
    ),
    filters=(
        Filter.of(Project.lead_stage, name="stage", kind="many", choices=enum_choices(LEAD_STAGES)),
        Filter.of(Project.phase),
        Filter.of(Project.country, kind="choice", choices=lambda _a: tuple(country_choices())),
        Filter("belt_road", _l("Belt and Road member"), "bool", lambda _x: Project.country.in_(list_members())),
        Filter("sanctions", _l("Check sanctions"), "bool", lambda _x: Project.country.in_(list_sanctioned())),
        Filter(
            "sector",
            _l("Sector"),
            "choice",
            _in_sector,
            sector_filter_choices,
        ),
        Filter.of(Project.source_kind, name="source"),
        Filter("before", _l("Bid deadline before"), "date", _closes_before),
        Filter("idle", _l("Overdue in stage"), "bool", is_idle),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: Project.counselor_id == actor.id, takes_actor=True),
    ),
    views=(
        View("bids", _l("Open for bids"), {"phase": "tender"}, sort="bid"),
        View("idle", _l("Overdue in stage"), {"idle": "1"}, sort="since"),
        View("mine", _l("Mine"), {"mine": "1"}),
    ),
)


class LeadFilters(Listing):
    """The filters of the lead board; it has neither rows nor archived projects."""

    @property
    def has_archive(self) -> bool:
        """Whether archived rows can be shown: no."""
        return False


BOARD = LeadFilters(
    name="leads",
    title=_l("Lead board"),
    path="/projects/board",
    entity=Project,
    base=queries.visible_projects,
    cols=PROJECTS.cols,
    filters=tuple(f for f in PROJECTS.filters if f.name != "stage"),
    search=False,
)


def load_need_hosts(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the project or organization of each need, if the actor may see it, also by its kind."""
    project, organization = alias(Record, "need_project"), alias(Record, "need_organization")
    stmt = (
        sa.select(Need.id, project.label, project.native_label, organization.label, organization.native_label)
        .select_from(Need)
        .outerjoin(project, sa.and_(project.id == Need.project_id, visible(actor, project)))
        .outerjoin(organization, sa.and_(organization.id == Need.organization_id, visible(actor, organization)))
        .where(Need.id.in_(ids))
    )
    hosts = {}
    for need_id, *labels in fetch(stmt):
        names = {"project": labels[0] or labels[1], "organization": labels[2] or labels[3]}
        hosts[need_id] = {"host": names["project"] or names["organization"]} | names
    return hosts


NEEDS = Listing(
    name="needs",
    title=_l("Needs"),
    path="/projects/needs/",
    entity=Need,
    template="projects/needs.html",
    base=queries.visible_needs,
    after_page=load_need_hosts,
    sort="by",
    whole=True,
    groupings=Grouping.dates("by", _l("Date needed"), Need.needed_by),
    cols=(
        Col("name", _l("Need"), Need.label, sort=Need.sort_key, kind="name", native=Need.native_label),
        Col.of(Need.type, hide_phone=True),
        Col("host", _l("Requested by"), hide_phone=True, export=False),
        Col("project", _l("Project"), show=False),
        Col("organization", _l("Organization"), show=False),
        Col.of(Need.quantity_number, hide_phone=True),
        Col.of(Need.quantity_unit, kind="unit", hide_phone=True),
        Col.of(Need.hs6, kind="hs", hide_phone=True),
        Col.of(Need.certificates, hide_phone=True),
        Col.of(Need.needed_by, name="by", sort=True, nulls_last=True),
        Col.of(Need.state),
        Col.of(Need.native_title, field="", show=False),
        Col.of(Need.spec, show=False),
        Col.of(Need.quantity, show=False),
        Col("uid", _l("Identifier"), Need.uid, show=False),
    ),
    filters=(
        Filter.of(Need.state, kind="many"),
        Filter.of(Need.type),
        Filter(
            "hs", _l("HS code starts with"), "text", lambda x: Need.hs6.startswith(hs_digits(x) or "", autoescape=True)
        ),
        Filter("before", _l("Needed before"), "date", lambda day: Need.needed_by < day),
    ),
    views=(View("open", _l("Open"), {"state": "open"}, sort="by"),),
)
