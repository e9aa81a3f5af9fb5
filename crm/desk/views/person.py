"""The page of a person."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary, place
from crm.people import queries as people

from . import bp


@bp.route("/people/<int:id>", may="person:see")
def person(id: int) -> Response:
    """Show a person."""
    row = people.get_person(g.actor, id)
    jobs = people.load_affiliations(g.actor, [id])[id]
    country = row.country or None
    return render(
        "desk/person.html",
        **build_record_page(g.actor, row, "people", load_record_summary(g.actor, row)),
        jobs=jobs,
        relations=people.list_relations(g.actor, id),
        reps=people.list_representations(g.actor, id),
        place=place(row.zone, country),
    )
