"""A city: whom we know there, the last word, what we owe them, who of us knows them."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.web.blueprint import render
from crm.desk import cities as queries
from crm.desk.queries import place
from crm.people.queries import load_affiliations

from . import bp


@bp.route("/cities/", may="city:see")
def cities() -> Response:
    """List the cities where we know somebody."""
    asked = request.args.get("q", "")
    return render("desk/cities.html", cities=queries.cities_of(g.actor, asked), counted=queries.COUNTED, q=asked)


@bp.route("/cities/<key>", may="city:see")
def city(key: str) -> Response:
    """Show a city."""
    here = queries.city_of(g.actor, key)
    people, organizations = queries.people_in(g.actor, key), queries.list_organizations_in(g.actor, key)
    projects = queries.projects_in(g.actor, key)
    ids, of_firms = [p.id for p in people], [r.id for r in (*organizations, *projects)]
    follow_ups = queries.list_follow_ups_in(g.actor, ids + of_firms)
    return render(
        "desk/city.html",
        here=here,
        most=queries.MAX_ROWS,
        place=place(here.zone, here.country),
        people=people,
        firms=organizations,
        projects=projects,
        jobs={i: jobs[0] for i, jobs in load_affiliations(g.actor, ids).items() if jobs and jobs[0].to_on is None},
        words=queries.load_last_interactions(g.actor, ids),
        next_steps={about.id: to_do for to_do in reversed(follow_ups) for about in to_do.about},
        promises=follow_ups,
        cases=queries.list_opportunities_in(g.actor, of_firms),
    )
