"""The pages of cities: people, organizations and projects there, with the last interaction and the next step."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.web.blueprint import render
from crm.core.web.commands import Command, add_command
from crm.core.words import _l
from crm.desk import cities as queries
from crm.desk.activity_panels import city_panels
from crm.desk.queries import load_local_time
from crm.people.queries import load_affiliations
from crm.reference.belt_road import build_country_chips

from . import bp

add_command(Command("desk.cities", _l("People by city"), "city"))


@bp.route("/cities/", may="city:see")
def cities() -> Response:
    """List the cities of the people and organizations on record."""
    q = request.args.get("q", "")
    return render("desk/cities.html", cities=queries.list_cities(g.actor, q), q=q)


@bp.route("/cities/<key>", may="city:see")
def city(key: str) -> Response:
    """Show a city; `country` chooses among cities of the same name."""
    row = queries.get_city(g.actor, key, request.args.get("country", ""))
    people, organizations = queries.list_people_in(g.actor, row), queries.list_organizations_in(g.actor, row)
    projects = queries.list_projects_in(g.actor, row)
    person_ids, other_ids = [p.id for p in people], [r.id for r in (*organizations, *projects)]
    follow_ups = queries.list_follow_ups_in(g.actor, person_ids + other_ids)
    positions = load_affiliations(g.actor, person_ids)
    opportunities = queries.list_opportunities_in(g.actor, other_ids)
    return render(
        "desk/city.html",
        city=row,
        max_rows=queries.MAX_ROWS,
        local_time=load_local_time(row.zone, row.country),
        country_chips=build_country_chips(row.country),
        people=people,
        organizations=organizations,
        positions={i: rows[0] for i, rows in positions.items() if rows and rows[0].to_on is None},
        last_interactions=queries.load_last_interactions(g.actor, person_ids),
        next_steps={about.id: follow_up for follow_up in reversed(follow_ups) for about in follow_up.about},
        follow_ups=follow_ups,
        panels=city_panels(organizations, projects, opportunities),
    )
