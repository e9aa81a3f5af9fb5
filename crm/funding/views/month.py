"""*My month*: a counselor's sessions with minutes by funder, and what they lack to count."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.errors import NotFound
from crm.core.forms.params import bad_address, parse_day
from crm.core.web.blueprint import flash_success, on_post, render, status_of
from crm.core.web.redirects import redirect_url
from crm.core.words import _
from crm.funding.durations import format_hours
from crm.funding.forms.session_facts import SessionFactsForm, fields_for
from crm.funding.policy.counting import REASON_TEXTS
from crm.funding.policy.rights import may_choose_counselor
from crm.funding.queries.months import CounselorMonth, list_counselors, load_month
from crm.funding.queries.sessions import ClientSession, list_sessions
from crm.funding.services.session_facts import add_session_facts
from crm.interactions.counting import UncountedReason
from crm.interactions.queries import get_interaction

from .bp import bp


@bp.route("/month", may="funding:see")
def month() -> Response:
    """Show the month that the day `at` is in; managers choose a counselor by `user`."""
    return _show(load_month(g.actor, _chosen_user(), _chosen_day()))


@bp.route("/month/<int:id>/<int:client>", may="funding:edit", methods=["GET", "POST"])
def session_facts(id: int, client: int) -> Response:
    """Show the month with the form of one session opened in its row, or save what was entered."""
    interaction = get_interaction(g.actor, id, "funding:edit")
    session = _find_session(interaction.wall.date(), id, client)
    user_id = _chosen_user()
    form = SessionFactsForm(session=session, obj=interaction)
    with on_post(form) as posted:
        if posted:
            add_session_facts(g.actor, id, client, user_id, form.values())
            flash_success(_("Changes saved."))
            return redirect_url(_url(session.held_on, session.key))
    return _show(load_month(g.actor, user_id, session.held_on), form=form, opened=session)


def _find_session(day: date, interaction_id: int, client_id: int) -> ClientSession:
    rows = list_sessions(g.actor, day, day, interaction=interaction_id, client=client_id)
    if not rows:
        raise NotFound
    return rows[0]


def _show(
    counselor_month: CounselorMonth, *, form: SessionFactsForm | None = None, opened: ClientSession | None = None
) -> Response:
    status = status_of(form) if form else HTTPStatus.OK
    day_before = counselor_month.first - timedelta(days=1)
    # A session that the counselor didn't take part in is opened from its own page.
    sessions = [
        *counselor_month.sessions,
        *([opened] if opened and opened.key not in {x.key for x in counselor_month.sessions} else []),
    ]
    return render(
        "funding/month.html",
        status,
        month=counselor_month,
        sessions=sessions,
        form=form,
        opened=opened.key if opened else "",
        reason_texts=REASON_TEXTS,
        filed_ids=_list_changed_ids(form, opened) if form and opened else [],
        not_held=UncountedReason.not_held,
        hours=format_hours,
        has_begun=lambda session: session.has_begun(clock.now(), clock.today(g.actor.zone)),
        user_args=_user_args(),
        can_be_completed=lambda session: bool(fields_for(session.reasons)),
        previous_url=_url(day_before),
        previous_month=day_before,
        next_url=_url(counselor_month.last + timedelta(days=1)),
        counselors=list_counselors(g.actor) if may_choose_counselor(g.actor) else [],
        facts_url=lambda session: url_for(
            "funding.session_facts", id=session.interaction_id, client=session.client_id, **_user_args()
        ),
    )


def _list_changed_ids(form: SessionFactsForm, session: ClientSession) -> list[int]:
    """Return the ids of the records that the form changes: those of the session, and the client for its facts."""
    return [session.interaction_id, *([session.client_id] if form.changes_client else [])]


def _user_args() -> dict[str, Any]:
    return {"user": request.args["user"]} if request.args.get("user") else {}


def _url(day: date, anchor: str | None = None) -> str:
    return url_for("funding.month", at=day, _anchor=anchor, **_user_args())


def _chosen_user() -> int:
    """Return the user whose month is shown. Raises BadRequest for another user without the right."""
    text = request.args.get("user")
    if not text:
        return g.actor.id or 0
    with suppress(ValueError):
        user_id = row_id(text)
        if user_id == g.actor.id or (may_choose_counselor(g.actor) and user_id in dict(list_counselors(g.actor))):
            return user_id
    raise bad_address()


def _chosen_day() -> date:
    """Return the day of `at`, today by default. Raises BadRequest."""
    if not request.args.get("at"):
        return clock.today(g.actor.zone)
    try:
        return min(max(parse_day(request.args["at"]), date(1990, 1, 1)), date(2090, 1, 1))
    except ValueError as error:
        raise bad_address() from error
