"""Reviews of the pipeline: hold one, list them, open an earlier one."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request
from werkzeug.wrappers import Response

from crm import calendars
from crm.core import clock
from crm.core.errors import BadRequest
from crm.core.forms.choice_sources import team_choices
from crm.core.forms.params import bad_address, is_number
from crm.core.web.blueprint import flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.opportunities.queries import days_in_stage
from crm.reference.queries import days_off
from crm.reports import queries, services
from crm.reports.forms import MAX_ROWS, ReviewForm
from crm.reports.models import Review
from crm.reports.queries import Scope
from crm.reports.review import last_review_at

from . import bp

MAX_REVIEWS = 100
DAYS_BETWEEN = 7
add_command(Command("reports.review_new", _l("Start review"), "check", _l("Monday pipeline")))


@bp.route("/reviews/", may="report:see")
def reviews() -> Response:
    """List the reviews of the actor's teams."""
    return render("reports/reviews.html", reviews=queries.list_reviews(_team_ids(), MAX_REVIEWS))


@bp.route("/reviews/new", may="review:make", methods=["GET", "POST"])
def review_new() -> Response:
    """Review a team's pipeline: enter what was decided about each opportunity."""
    team_id = _team_id()
    scope = Scope(g.actor, (team_id,))
    since = last_review_at(scope)
    agenda = queries.load_agenda(scope, {since: scope}, MAX_ROWS)
    rows = agenda.rows[:MAX_ROWS]
    country = g.actor.country
    next_on = calendars.workday_on_or_after(country, scope.day + timedelta(days=DAYS_BETWEEN), extra=days_off(country))
    data = {"next_on": next_on, "decisions": [{"opportunity_id": r.id} for r in rows]}
    form = ReviewForm(data=data)
    # What was to be discussed when the form was opened may have been done since.
    rows += queries.load_review_rows(scope, form.list_decisions().keys() - {row.id for row in rows})

    def save() -> Review:
        values = {"next_on": form.next_on.data, "note": form.note.data, "uid": form.uid.data}
        return services.save_review(g.actor, team_id, since, rows, values, form.list_decisions())

    context = {"rows": {row.id: row for row in rows}, "since": since, "team_id": team_id, "today": scope.day}
    context["days"] = {row.id: days_in_stage(row.stage_since, g.actor.zone) for row in rows}
    context |= {"limit": MAX_ROWS, "count": agenda.by_most_urgent.total()}
    return save_form(form, save, _open_saved, "reports/review_new.html", teams=team_choices(g.actor), **context)


def _open_saved(review: Review) -> Response:
    flash_success(_("Review saved. Its decisions are follow-ups now."))
    return redirect_to("reports.review_show", id=review.id)


@bp.route("/reviews/<int:id>", may="report:see")
def review_show(id: int) -> Response:
    """Show an earlier review: its opportunities as they were then, and what became of the decisions."""
    review = queries.get_review(g.actor, id)
    items = queries.list_review_items(g.actor, id)
    head = queries.describe_review(review)
    return render("reports/review.html", review=review, head=head, items=items, today=clock.today(g.actor.zone))


def _team_ids() -> list[int] | None:
    return None if g.actor.sees_all_teams else sorted(g.actor.team_ids)


def _team_id() -> int:
    """Return the team of the address, else the actor's first. Raises BadRequest for another one."""
    choices = [i for i, _name in team_choices(g.actor)]
    if not choices:
        raise BadRequest(_("Reviews are about a team. Add a team first."))
    text = request.args.get("team", "")
    team_id = int(text) if is_number(text) else g.actor.first_team_id or choices[0]
    if team_id not in choices:
        raise bad_address()
    return team_id
