"""The page of an organization."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.together import run_together
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.panels import organization_panels
from crm.desk.profiles import load_organization_profile
from crm.desk.queries import load_local_time, load_record_summary
from crm.organizations.queries import get_organization

from . import bp


@bp.route("/organizations/<int:id>", may="organization:see")
def organization(id: int) -> Response:
    row = get_organization(g.actor, id)
    summary, profile = run_together(
        partial(load_record_summary, g.actor, row),
        partial(load_organization_profile, g.actor, row, clock.today(g.actor.zone)),
    )
    panels = organization_panels(g.actor, row, summary, profile)
    return render(
        "desk/organization.html",
        **build_record_page(
            g.actor, row, "organizations", summary, panels, local_time=partial(load_local_time, row.zone, row.country)
        ),
        profile=profile,
    )
