"""A city: whom we know there, when we last spoke, what we owe them."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.web import render
from crm.desk.cities import cities_of, city_of, firms_in, people_in, promises_in

from . import bp


@bp.route("/cities/", may="city:see")
def cities() -> Response:
    """List the cities where we know somebody."""
    return render("desk/cities.html", cities=cities_of(g.actor, request.args.get("q", "")), q=request.args.get("q", ""))


@bp.route("/cities/<key>", may="city:see")
def city(key: str) -> Response:
    """Show a city."""
    place = city_of(g.actor, key)
    people, firms = people_in(g.actor, key), firms_in(g.actor, key)
    ids = [p.id for p in people] + [f.id for f in firms]
    return render("desk/city.html", place=place, people=people, firms=firms, promises=promises_in(g.actor, ids))
