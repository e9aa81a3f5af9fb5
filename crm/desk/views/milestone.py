"""The page of a milestone: its figures, the client's confirmation, and the chain that led to it."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.together import run_together
from crm.core.data.visible_records import read_visible
from crm.core.web.blueprint import render
from crm.desk.activity_panels import milestone_panels
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary
from crm.impact.queries import get_milestone, load_chains
from crm.impact.queries.reporting import may_report_impact

from . import bp


@bp.route("/milestones/<int:id>", may="milestone:see")
def milestone(id: int) -> Response:
    row = get_milestone(g.actor, id)
    summary, chains = run_together(partial(load_record_summary, g.actor, row), partial(load_chains, g.actor, [id]))
    steps = chains[id]
    panels = milestone_panels(g.actor, row, summary, steps)
    return render(
        "desk/milestone.html",
        **build_record_page(
            g.actor, row, "milestones", summary, panels, client=partial(read_visible, g.actor, row.client_id)
        ),
        steps=steps,
        may_report=may_report_impact(g.actor, row),
    )
