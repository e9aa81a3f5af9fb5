"""The page of a person."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.together import run_together
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.panels import person_panels
from crm.desk.queries import load_local_time, load_record_summary
from crm.people.queries import get_person, load_affiliations
from crm.records.policy import ContactMedium

from . import bp


@bp.route("/people/<int:id>", may="person:see")
def person(id: int) -> Response:
    row = get_person(g.actor, id)
    summary, positions = run_together(
        partial(load_record_summary, g.actor, row), partial(load_affiliations, g.actor, [id])
    )
    affiliations = positions[id]
    current = [affiliation for affiliation in affiliations if affiliation.to_on is None]
    panels = person_panels(g.actor, row, summary, affiliations)
    return render(
        "desk/person.html",
        **build_record_page(
            g.actor, row, "people", summary, panels, local_time=partial(load_local_time, row.zone, row.country or None)
        ),
        main_affiliations=[affiliation for affiliation in current if affiliation.main],
        official_kinds=[affiliation.official for affiliation in current if affiliation.official.counts_as_official],
        email=next((point for point in summary.points if point.medium is ContactMedium.email), None),
    )
