"""The page of a case."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary
from crm.opportunities import queries as cases
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.history import list_changes
from crm.opportunities.policy import OpportunityStage, path_stages
from crm.reference.queries import lost_reason

from . import bp


@bp.route("/opportunities/<int:id>", may="opportunity:see")
def opportunity(id: int) -> Response:
    """Show a case."""
    row = cases.get_opportunity(g.actor, id)
    tests = load_exit_tests(row)
    return render(
        "desk/opportunity.html",
        **build_record_page(g.actor, row, "opportunities", load_record_summary(g.actor, row)),
        case=cases.load_opportunities(g.actor, [id])[id],
        parts_of_case=cases.list_parts(g.actor, row),
        path=path_stages(row.path),
        facts_of_case=tests.facts,
        checklist=tests.stages(),
        changes=list_changes(id),
        askers=cases.list_export_reviewers(row),
        lost_because=lost_reason(row.lost_reason_id) if row.stage is OpportunityStage.lost else None,
    )
