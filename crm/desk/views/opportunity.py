"""The page of a case."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary
from crm.opportunities import queries as cases
from crm.opportunities.evidence import exit_tests
from crm.opportunities.history import changes_of
from crm.opportunities.policy import OpportunityStage, stages_for
from crm.reference.queries import lost_reason

from . import bp


@bp.route("/opportunities/<int:id>", may="opportunity:see")
def opportunity(id: int) -> Response:
    """Show a case."""
    row = cases.opportunity(g.actor, id)
    tests = exit_tests(row)
    return render(
        "desk/opportunity.html",
        **build_record_page(g.actor, row, "opportunities", load_record_summary(g.actor, row)),
        case=cases.load_opportunities(g.actor, [id])[id],
        parts_of_case=cases.parts_of(g.actor, row),
        path=stages_for(row.path),
        facts_of_case=tests.facts,
        checklist=tests.stages(),
        changes=changes_of(id),
        askers=cases.askers_for(row),
        lost_because=lost_reason(row.lost_reason_id) if row.stage is OpportunityStage.lost else None,
    )
