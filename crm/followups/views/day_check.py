"""The check of a day while it is chosen."""

from __future__ import annotations

from flask import g, jsonify, request
from werkzeug.wrappers import Response

from crm import calendars
from crm.followups.day_check import read_chosen_day
from crm.followups.days import day_off

from .bp import bp


@bp.route("/day-check", may="followup:make")
def check_day() -> Response:
    """Return {"problem": text}: why a day or time doesn't suit, as the check on save says it; null if it does."""
    chosen = read_chosen_day(g.actor, request.args)
    zone = request.args.get("zone")
    if chosen is None or (zone and not calendars.is_zone(zone)):
        return jsonify(problem=None)
    return jsonify(problem=day_off(g.actor, chosen.day, chosen.time, zone=zone, places=chosen.places))
