"""The page of an opportunity."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.web.blueprint import render
from crm.core.web.panels import NextStepIndicator
from crm.core.words import _, _l
from crm.desk.page import build_record_page
from crm.desk.panels import opportunity_panels
from crm.desk.queries import load_record_summary
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, path_stages
from crm.opportunities.queries import (
    days_in_stage,
    get_opportunity,
    list_export_reviewers,
    load_opportunities,
)
from crm.reference.queries import lost_reason

from . import bp

ARMS_STOP_TEXT = _l(
    "The product is on the U.S. Munitions List, and the country is under an arms embargo (22 CFR 126.1)."
)


@bp.route("/opportunities/<int:id>", may="opportunity:see")
def opportunity(id: int) -> Response:
    row = get_opportunity(g.actor, id)
    summary, opportunities, tests = run_together(
        partial(load_record_summary, g.actor, row),
        partial(load_opportunities, g.actor, [id]),
        partial(load_exit_tests, row),
    )
    opportunity = opportunities[id]
    step = opportunity.next_step
    panels = opportunity_panels(g.actor, row, summary, tests, opportunity.chance)
    return render(
        "desk/opportunity.html",
        **build_record_page(
            g.actor,
            row,
            "opportunities",
            summary,
            panels,
            reviewers=partial(list_export_reviewers, row),
            end_text=partial(_end_text, row),
        ),
        opportunity=opportunity,
        path=path_stages(row.path),
        days_waiting=days_in_stage(row.waiting_since, g.actor.zone),
        export_facts=tests.facts,
        next_step=NextStepIndicator.of(step.on, step.title) if step else NextStepIndicator.of(None),
        arms_stop_text=ARMS_STOP_TEXT,
    )


def _end_text(row: Opportunity) -> str:
    """Return why an opportunity ended: the reason it was lost, when it reopens, from where it was put on hold."""
    reason = lost_reason(row.lost_reason_id) if row.stage is OpportunityStage.lost else None
    is_dormant, is_on_hold = row.stage is OpportunityStage.dormant, row.stage is OpportunityStage.export_hold
    texts = [
        f"{reason.name}." if reason else "",
        _("Reopens on %(day)s.", day=formats.day(row.wakes_on)) if is_dormant and row.wakes_on else "",
        _("Placed on hold in %(stage)s.", stage=row.held_from) if is_on_hold and row.held_from else "",
        row.end_why or "",
    ]
    return " ".join(text for text in texts if text)
