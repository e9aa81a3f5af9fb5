"""The security log, for administrators, and the log of exports, also for managers."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.accounts.event_queries import list_recent_alerts
from crm.accounts.export_log import EXPORT_LOG
from crm.accounts.lists import SECURITY_LOG
from crm.core import clock
from crm.core.lists import respond

from .bp import bp


@bp.route("/security-log/", may="security:see")
def security_log() -> Response:
    return respond(SECURITY_LOG, g.actor, load_more=lambda _state, _page: {"alerts": list_recent_alerts(clock.now())})


@bp.route("/exports/", may="export:see")
def exports() -> Response:
    """Show the log of exports."""
    return respond(EXPORT_LOG, g.actor)
