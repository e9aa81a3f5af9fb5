"""Sales targets: what of them is signed; managers set, change and delete them."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.words import _, _l
from crm.reports import queries
from crm.reports.forms import SalesTargetForm
from crm.reports.models import SalesTarget
from crm.reports.periods import PeriodKind, find_period
from crm.reports.targets import services
from crm.reports.targets.page import MAX_TARGETS, list_target_groups

from . import bp

add_command(Command("reports.targets", _l("Targets"), "target", _l("Sales target goal quota forecast")))


@bp.route("/targets/", may="report:see")
def targets() -> Response:
    """List the targets with what is signed of each."""
    groups, has_more = list_target_groups(g.actor)
    return render("reports/targets.html", groups=groups, limit=MAX_TARGETS if has_more else 0)


@bp.route("/targets/new", may="target:set", methods=["GET", "POST"])
def target_new() -> Response:
    """Set a target; the form opens with the actor's team and the current federal fiscal year."""
    year = find_period(PeriodKind.federal, clock.today(g.actor.zone))
    form = SalesTargetForm(data={"team_id": g.actor.first_team_id, "from_on": year.first, "to_on": year.last})

    def save() -> SalesTarget:
        return services.save_target(g.actor, form.values())

    then = go_to("reports.targets", _("Target added."))
    return save_form(form, save, then, "reports/target_edit.html", target=None)


@bp.route("/targets/<int:id>/edit", may="target:set", methods=["GET", "POST"])
def target_edit(id: int) -> Response:
    """Change a target."""
    row = queries.get_target(g.actor, id)
    form = SalesTargetForm(obj=row)

    def save() -> SalesTarget:
        return services.save_target(g.actor, form.values(), row)

    return save_form(form, save, go_to("reports.targets"), "reports/target_edit.html", target=row)


@bp.route("/targets/<int:id>/delete", may="target:set", methods=["POST"])
def target_delete(id: int) -> Response:
    services.delete_target(queries.get_target(g.actor, id))
    return go_to("reports.targets", _("Target deleted."))(None)
