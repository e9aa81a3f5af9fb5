"""Pages of the schedules of surveys."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.forms.params import parse_day
from crm.core.web.blueprint import flash_success
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _
from crm.impact import survey_forms
from crm.impact.models import SurveyPlan
from crm.impact.prefill import prefill_plan
from crm.impact.queries import get_plan
from crm.impact.services import plans

from . import bp


@bp.route("/plans/new", may="survey:edit", methods=["GET", "POST"])
def plan_new() -> Response:
    """Add a schedule; `client`, `opportunity`, `starts_on` and `reason` in the address fill the form."""
    form = survey_forms.PlanForm(data=_prefill() if request.method == "GET" else {})
    survey_forms.offer_recipients(form.person_id, form.client_id.data)

    def save() -> SurveyPlan:
        return plans.add_plan(g.actor, form.values())

    return save_form(form, save, _open_client, "impact/plan.html", plan=None)


def _prefill() -> dict[str, Any]:
    parts = {f"{name}_id": i for name in ("client", "opportunity") if (i := request.args.get(name, type=row_id))}
    values = prefill_plan(g.actor, parts)
    with suppress(ValueError):
        values["starts_on"] = parse_day(request.args.get("starts_on", ""))
    return values | ({"reason": request.args["reason"][:200]} if "reason" in request.args else {})


def _open_client(row: SurveyPlan) -> Response:
    flash_success(_("Schedule saved."))
    return redirect_to("desk.organization", id=row.client_id)


@bp.route("/plans/<int:id>/edit", may="survey:edit", methods=["GET", "POST"])
def plan_edit(id: int) -> Response:
    """Change a schedule."""
    row = get_plan(g.actor, id, "survey:edit")
    form = survey_forms.PlanEditForm(obj=row)
    survey_forms.offer_recipients(form.person_id, row.client_id)

    def save() -> None:
        plans.change_plan(g.actor, row, form.values())

    then = go_to("desk.organization", _("Schedule saved."), id=row.client_id)
    return save_form(form, save, then, "impact/plan.html", plan=row)


@bp.route("/plans/<int:id>/pause", may="survey:edit", methods=["POST"])
def plan_pause(id: int) -> Response:
    """Pause a schedule, or resume it, as `paused` in the address says."""
    row = get_plan(g.actor, id, "survey:edit")
    is_paused = request.args.get("paused") == "1"
    plans.pause_plan(row, paused=is_paused)
    flash_success(_("Schedule paused.") if is_paused else _("Schedule resumed."))
    return back(url_for("desk.organization", id=row.client_id))


@bp.route("/plans/<int:id>/send", may="survey:edit", methods=["POST"])
def plan_send(id: int) -> Response:
    """Send the next survey of a schedule now, unless the schedule is past the date in the address: it was sent."""
    row = get_plan(g.actor, id, "survey:edit")
    if request.args.get("due") != str(row.next_on):
        flash_success(_("The date of this schedule has changed, so nothing was sent."))
        return back(url_for("desk.organization", id=row.client_id))
    survey = plans.send_planned_survey(g.actor, row)
    flash_success(_("The survey was sent to %(address)s.", address=survey.address))
    return redirect_to("impact.survey", id=survey.id)
