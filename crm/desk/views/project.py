"""The pages of a project and of a need."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.together import run_together
from crm.core.data.visible_records import read_visible
from crm.core.web.blueprint import render
from crm.desk.lead_steps import build_lead_steps, count_opportunities
from crm.desk.page import build_record_page
from crm.desk.panels import need_panels, project_panels
from crm.desk.profiles import load_project_profile
from crm.desk.queries import load_local_time, load_record_summary
from crm.introductions.queries import load_goal
from crm.introductions.rows import build_rows
from crm.organizations.queries import load_next_step_dates
from crm.projects.policy import NeedState, ProjectRole, is_overdue_in_stage
from crm.projects.queries import get_need, get_project
from crm.reference.belt_road import build_country_chips

from . import bp


@bp.route("/projects/<int:id>", may="project:see")
def project(id: int) -> Response:
    row = get_project(g.actor, id)
    summary, profile, next_steps = run_together(
        partial(load_record_summary, g.actor, row),
        partial(load_project_profile, g.actor, row),
        partial(load_next_step_dates, [id], g.actor),
    )
    panels = project_panels(g.actor, row, summary, profile, next_steps.get(id))
    days = (clock.now() - row.stage_since).days
    return render(
        "desk/project.html",
        **build_record_page(
            g.actor,
            row,
            "projects",
            summary,
            panels,
            opportunities=partial(count_opportunities, g.actor, id),
            local_time=partial(load_local_time, row.zone, row.country),
            introductions=lambda: build_rows(g.actor, row, load_goal(g.actor, row)),
        ),
        country_chips=build_country_chips(row.country),
        profile=profile,
        owner=next((party for party in profile.parties if party.role is ProjectRole.owner), None),
        open_needs=sum(need.state is NeedState.open for need in profile.needs),
        steps=build_lead_steps(row, profile.answers.met, profile),
        days_in_stage=days,
        is_overdue=is_overdue_in_stage(row.lead_stage, days),
        bid_days=(row.bid_at - clock.now()).days if row.bid_at else None,
    )


@bp.route("/projects/needs/<int:id>", may="need:see")
def need(id: int) -> Response:
    row = get_need(g.actor, id)
    summary = load_record_summary(g.actor, row)
    panels = need_panels(g.actor, row, summary)
    return render(
        "desk/need.html",
        **build_record_page(
            g.actor,
            row,
            "projects",
            summary,
            panels,
            project=partial(read_visible, g.actor, row.project_id),
            organization=partial(read_visible, g.actor, row.organization_id),
        ),
        states=list(NeedState),
    )
