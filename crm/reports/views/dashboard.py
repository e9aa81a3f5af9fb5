"""The dashboard, and the choice of its reports and of those by email."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.words import _, _l
from crm.reports import queries, services
from crm.reports.dashboard import MAX_TILES, build_cards
from crm.reports.forms import DashboardForm
from crm.reports.policy import EmailInterval

from . import bp

add_command(Command("reports.dashboard", _l("Dashboard"), "report", _l("Reports tiles charts")))


@bp.route("/dashboard", may="report:see")
def dashboard() -> Response:
    """Show the chosen reports: answer, figures and a chart of each."""
    cards = build_cards(g.actor, queries.list_dashboard(g.actor))
    return render("reports/dashboard.html", cards=cards, max_tiles=MAX_TILES, as_of=clock.now())


@bp.route("/dashboard/edit", may="report:see", methods=["GET", "POST"])
def dashboard_edit() -> Response:
    """Choose the reports on the dashboard and by email; that of the parameter `email` is checked at first."""
    choices = queries.load_choices(g.actor.id)
    chosen = {
        interval.value: [name for name, row in choices.items() if row.email is interval] for interval in EmailInterval
    }
    name = request.args.get("email", "")
    is_emailed = any(name in names for names in chosen.values())
    form = DashboardForm(
        data={
            "dashboard": queries.list_dashboard(g.actor),
            "weekly": chosen[EmailInterval.weekly.value] + ([] if is_emailed else [name]),
            "monthly": chosen[EmailInterval.monthly.value],
        }
    )
    title = form.find_title(name)

    def save() -> None:
        services.save_choices(g.actor.id, form.dashboard.data or [], form.list_emails())

    then = go_to("reports.dashboard", _("Dashboard and emails saved."))
    return save_form(form, save, then, "reports/dashboard_edit.html", title=title, is_emailed=is_emailed)
