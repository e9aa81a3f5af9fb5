"""Pages of impact surveys: list, sending, the client's answer, and schedules."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import find_visible
from crm.core.errors import Invalid
from crm.core.lists import respond
from crm.core.web.blueprint import flash_error, flash_success, render
from crm.core.web.form_flow import save_form
from crm.core.web.redirects import back, redirect_to
from crm.core.web.resume import SHOW_AGAIN
from crm.core.words import _
from crm.impact import survey_forms, survey_lists
from crm.impact.models import ImpactSurvey
from crm.impact.policy import SurveyState
from crm.impact.prefill import prefill_survey
from crm.impact.proposals import propose_results
from crm.impact.queries import get_survey
from crm.impact.queries.milestones import list_milestones_of_survey
from crm.impact.queries.recipients import find_survey_refusals
from crm.impact.queries.surveys import find_survey_address
from crm.impact.services import (
    SurveyPreview,
    accept_answer,
    cancel_survey,
    decline_answer,
    preview_survey,
    send_again,
    send_survey,
)
from crm.interactions.queries import last_funder_of
from crm.opportunities.queries import list_opportunities_of
from crm.people.models import Person
from crm.people.send_times import SendTime, choose_zone
from crm.reference.queries import offered_funder_id

from . import bp


@bp.route("/surveys/", may="survey:see")
def surveys() -> Response:
    return respond(survey_lists.SURVEYS, g.actor)


@bp.route("/surveys/new", may="survey:edit", methods=["GET", "POST"])
def survey_new() -> Response:
    """Send a survey; `client` and `opportunity` in the address fill the form."""
    parts = {f"{name}_id": i for name in ("client", "opportunity") if (i := request.args.get(name, type=row_id))}
    form = survey_forms.SurveyForm(data=prefill_survey(g.actor, parts) if request.method == "GET" else {})
    survey_forms.offer_recipients(form.person_id, form.client_id.data)

    def save() -> ImpactSurvey:
        return send_survey(g.actor, form.values())

    preview = _preview(form)
    return save_form(form, save, _open_sent, "impact/survey_new.html", preview=preview, show_again=SHOW_AGAIN)


def _preview(form: survey_forms.SurveyForm) -> SurveyPreview | None:
    """Return the preview that was requested; None if the form has errors, which it shows."""
    if request.method != "POST" or SHOW_AGAIN not in request.form or not form.validate():
        return None
    try:
        return preview_survey(g.actor, form.values())
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
    return None


def _open_sent(row: ImpactSurvey) -> Response:
    message = _("The survey was sent to %(address)s.", address=row.address)
    if row.sent_at > clock.now():
        message = _("The survey to %(address)s is scheduled for %(time)s.", address=row.address, time=_time_of(row))
    flash_success(message)
    return redirect_to("impact.survey", id=row.id)


def _time_of(row: ImpactSurvey) -> str:
    """Return when a survey is or was sent, on the reader's clock and that of the recipient."""
    person = find_visible(g.actor, row.person_id)
    zone, country = (person.zone, person.country) if isinstance(person, Person) else (None, None)
    return SendTime(row.sent_at, choose_zone(zone, country, g.actor.zone)).text


@bp.route("/surveys/<int:id>", may="survey:see")
def survey(id: int) -> Response:
    """Show a survey with the client's answer; one that waits has the milestones that it would add."""
    row = get_survey(g.actor, id)
    person_id = row.person_id
    return render(
        "impact/survey.html",
        survey=row,
        address=find_survey_address(g.actor, row),
        results=propose_results(row) if row.state is SurveyState.answered else (),
        milestones=list_milestones_of_survey(g.actor, id),
        is_scheduled=row.sent_at > clock.now(),
        sent_time=_time_of(row),
        refusal=find_survey_refusals([(row.client_id, person_id)]).get((row.client_id, person_id))
        if person_id
        else None,
        client=find_visible(g.actor, row.client_id),
        person=find_visible(g.actor, row.person_id),
        opportunity=find_visible(g.actor, row.opportunity_id),
    )


@bp.route("/surveys/<int:id>/accept", may="survey:accept", methods=["GET", "POST"])
def survey_accept(id: int) -> Response:
    """Add the milestones of an answer."""
    row = get_survey(g.actor, id, "survey:accept")
    is_new = request.method == "GET"
    common = {"funder_id": _propose_funder(row), "opportunity_id": row.opportunity_id}
    data = survey_forms.accept_data(propose_results(row), **common) if is_new else {}
    form = survey_forms.AcceptForm(obj=row, data=data)
    survey_forms.offer_opportunities(form, _list_opportunities(row))

    def save() -> None:
        accept_answer(g.actor, row, form.chosen)

    def then(_result: None) -> Response:
        flash_success(_("Answer accepted."))
        return redirect_to("impact.survey", id=id)

    return save_form(form, save, then, "impact/survey_accept.html", survey=row)


def _list_opportunities(row: ImpactSurvey) -> list[tuple[int, str]]:
    """Return id, and name with stage, of the client's opportunities, and of the one that a survey is about."""
    related = list_opportunities_of(g.actor, [row.client_id])[row.client_id]
    names = {x.id: f"{x.label} ({x.stage})" for x in related if x.client.id == row.client_id}
    about = find_visible(g.actor, row.opportunity_id)
    return list((({about.id: about.label} if about else {}) | names).items())


def _propose_funder(row: ImpactSurvey) -> int | None:
    """Return the funder of the client's latest session; None if it is no longer offered."""
    return offered_funder_id(last_funder_of(g.actor, row.client_id), clock.today(g.actor.zone))


@bp.route("/surveys/<int:id>/decline", may="survey:edit", methods=["GET", "POST"])
def survey_decline(id: int) -> Response:
    """Decline an answer with a reason."""
    row = get_survey(g.actor, id, "survey:edit")
    form = survey_forms.DeclineForm(obj=row)

    def save() -> None:
        decline_answer(g.actor, row, form.reason.data or "")

    def then(_result: None) -> Response:
        flash_success(_("Answer declined."))
        return redirect_to("impact.survey", id=id)

    return save_form(form, save, then, "impact/survey_decline.html", survey=row)


@bp.route("/surveys/<int:id>/again", may="survey:edit", methods=["POST"])
def survey_again(id: int) -> Response:
    """Send an unanswered survey again with a new link, unless it has changed since the page was loaded."""
    row = get_survey(g.actor, id, "survey:edit")
    if _has_changed(row):
        flash_error(_("This survey has changed, so it wasn't sent again."))
        return back(url_for("impact.survey", id=id))
    send_again(g.actor, row)
    flash_success(_("The survey was sent again to %(address)s.", address=row.address))
    return back(url_for("impact.survey", id=id))


@bp.route("/surveys/<int:id>/cancel", may="survey:edit", methods=["POST"])
def survey_cancel(id: int) -> Response:
    """End the link of a survey, unless it has changed since the page was loaded: the client may have answered."""
    row = get_survey(g.actor, id, "survey:edit")
    if _has_changed(row):
        flash_error(_("This survey has changed, so it wasn't canceled."))
        return back(url_for("impact.survey", id=id))
    cancel_survey(row)
    flash_success(_("Survey canceled. Its link no longer works."))
    return back(url_for("impact.survey", id=id))


def _has_changed(row: ImpactSurvey) -> bool:
    """Return whether a survey has changed since the page was loaded, such as by the client's answer."""
    return request.args.get("version") != str(row.version)
