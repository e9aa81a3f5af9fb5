"""The pages of a project and of a need."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.record import find_visible
from crm.core.web.blueprint import render
from crm.desk import introductions
from crm.desk.page import build_record_page
from crm.desk.panels import need_panels
from crm.desk.queries import load_record_summary, place
from crm.organizations.queries import load_next_step_dates
from crm.projects import queries as projects
from crm.projects.policy import NeedState, is_overdue_in_stage
from crm.records.queries import evidence_of

from . import bp


@bp.route("/projects/<int:id>", may="project:see")
def project(id: int) -> Response:
    """Show a project."""
    row = projects.get_project(g.actor, id)
    parties = projects.list_parties(g.actor, id)
    needs = projects.list_needs(g.actor, project_id=id)
    source = projects.get_source(g.actor, row)
    days = (clock.now() - row.stage_since).days
    return render(
        "desk/project.html",
        **build_record_page(g.actor, row, "projects", load_record_summary(g.actor, row)),
        parties=parties,
        needs=needs,
        source=source,
        steps=introductions.steps_of(row, projects.load_met_tests(row), parties, needs, source),
        moves=projects.list_lead_moves(id),
        evidence=evidence_of(id),
        sectors=projects.list_sectors(id),
        cases=introductions.count_opportunities(g.actor, id),
        ways=introductions.find_introductions(g.actor, parties, source),
        next_on=load_next_step_dates([id], g.actor).get(id),
        days=days,
        idle=is_overdue_in_stage(row.lead_stage, days),
        bid_days=(row.bid_at - clock.now()).days if row.bid_at else None,
        place=place(row.zone, row.country),
    )


@bp.route("/projects/needs/<int:id>", may="need:see")
def need(id: int) -> Response:
    """Show a need."""
    row = projects.get_need(g.actor, id)
    summary = load_record_summary(g.actor, row)
    return render(
        "desk/need.html",
        **build_record_page(g.actor, row, "projects", summary, need_panels(g.actor, row, summary)),
        project=find_visible(g.actor, row.project_id),
        organization=find_visible(g.actor, row.organization_id),
        states=list(NeedState),
    )
