"""The page on which a China rep answers without signing in, and the check-ins of a China rep for us.

A GET of the public page changes nothing, so that programs that open links in emails do no harm.
"""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.accounts.policy import PER_ACCOUNT, PER_ADDRESS
from crm.accounts.sessions import address
from crm.accounts.throttle import account_key, address_key, count_tries
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.data.record import Record
from crm.core.i18n.outside_texts import find_texts, list_other_languages
from crm.core.i18n.translations import find_browser_language
from crm.core.tokens import hash_token
from crm.core.web.blueprint import PUBLIC, Feature, flash_success, on_post, render
from crm.core.web.redirects import redirect_to
from crm.core.web.security import csrf
from crm.core.words import _
from crm.people.queries import find_email_refusals, get_representation

from . import queries, services
from .forms import CheckInForm
from .models import CheckIn, CheckInPlan
from .policy import CheckInState
from .rep_texts import TEXTS, RepTexts

bp = Feature("checkins", __name__)
OPEN = (CheckInState.sent, CheckInState.answered)


@bp.route("/check-in/<token>", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def answer(token: str) -> Response:
    """Show the box of a link, or save the answer; the same link corrects it until it is read."""
    wait = _count_post(token) if request.method == "POST" else 0
    row = queries.find_check_in_of_link(token, clock.now(), lock=request.method == "POST")
    texts = _texts_of(row)
    if row is None or (row.state not in OPEN and request.method == "POST"):
        return _page(None, texts, "ended", 404)
    if row.state not in OPEN:
        return _page(row, texts, "read")
    if wait:
        response = _show_form(row, CheckInForm(), 429, texts.busy)
        response.headers["Retry-After"] = str(wait)
        return response
    is_thanks = row.state is CheckInState.answered and request.method != "POST" and "sent" in request.args
    return _page(row, texts, "thanks") if is_thanks else _answer_form(row, token)


@bp.route("/check-in/<token>/stop", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def stop_link(token: str) -> Response:
    """Ask the rep whether to stop the check-ins, do it, or undo it."""
    row = queries.find_check_in_to_stop(token)
    if row is None:
        return _page(None, _texts_of(None), "ended", 404)
    if request.method == "POST":
        is_undo = request.form.get("do") == "undo"
        change = services.undo_stop_by_rep if is_undo else services.stop_by_rep
        change(row)
        return redirect_to("checkins.stop_link", token=token, lang=_texts_of(row).code, undo=1 if is_undo else None)
    return _stop_page(row)


@bp.route("/check-in/<token>/one-click", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def one_click(token: str) -> Response:
    """Stop the check-ins when a mail program posts to the link (RFC 8058); a GET asks.

    The reply is no redirect, as the RFC demands.
    """
    row = queries.find_check_in_to_stop(token)
    if row is None:
        return _page(None, _texts_of(None), "ended", 404)
    # HEAD must not unsubscribe either: link checkers send it.
    if request.method != "POST":
        return redirect_to("checkins.stop_link", token=token, lang=_texts_of(row).code)
    services.stop_by_rep(row)
    return _stop_page(row)


def _stop_page(row: CheckIn) -> Response:
    plans = queries.list_plans(row.person_id)
    texts = _texts_of(row)
    is_on = any(plan.stopped_at is None for plan in plans)
    context: dict[str, Any] = {
        "texts": texts,
        "is_on": is_on,
        "is_undo": is_on and "undo" in request.args,
        "may_undo": bool(plans),
        "center_name": _find_center(row),
    }
    return render("checkins/stop.html", languages=list_other_languages(TEXTS, texts), **context)


def _texts_of(row: CheckIn | None) -> RepTexts:
    """Return the texts in the chosen language, else that of the email, else that of the browser."""
    chosen = TEXTS.get(request.args.get("lang", ""))
    return chosen or find_texts(TEXTS, row.language if row else find_browser_language())


def _count_post(token: str) -> int:
    """Count an attempt by link and by address, in a transaction of its own; return the seconds to wait."""
    db.session.rollback()
    keys = (account_key("checkin", hash_token(token)), PER_ACCOUNT), (address_key("checkin", address()), PER_ADDRESS)
    return count_tries(*keys)


def _answer_form(row: CheckIn, token: str) -> Response:
    texts = _texts_of(row)
    form = CheckInForm(answer=row.answer) if request.method == "GET" else CheckInForm()
    with on_post(form) as posted:
        if posted:
            services.save_answer(row, form.answer.data or "")
            return redirect_to("checkins.answer", token=token, sent=1, lang=texts.code)
    return _show_form(row, form, 422 if form.errors else 200, texts.empty if form.errors else "")


def _show_form(row: CheckIn, form: CheckInForm, status: int, problem: str = "") -> Response:
    texts = _texts_of(row)
    context: dict[str, Any] = {"texts": texts, "form": form, "problem": problem, "center_name": _find_center(row)}
    context["is_correction"] = row.state is CheckInState.answered
    return render("checkins/answer.html", status, languages=list_other_languages(TEXTS, texts), **context)


def _page(row: CheckIn | None, texts: RepTexts, state: str, status: int = 200) -> Response:
    context: dict[str, Any] = {"texts": texts, "state": state, "center_name": _find_center(row)}
    return render("checkins/over.html", status, languages=list_other_languages(TEXTS, texts), **context)


def _find_center(row: CheckIn | None) -> str:
    """Return the name of the center that asks; "" for an unknown link if none is set."""
    return find_center(db.session.get_one(Record, row.representation_id).team_id if row else None)


@bp.route("/people/reps/<int:id>/check-ins", may="representation:see")
def show(id: int) -> Response:
    """Show the check-ins of a China rep."""
    rep = get_representation(g.actor, id)
    rows = queries.list_check_ins(g.actor, id)
    plan = db.session.get(CheckInPlan, id)
    refusal = find_email_refusals([rep.person_id]).get(rep.person_id) if rep.person_id else None
    return render("checkins/show.html", rep=rep, rows=rows, plan=plan, refusal=refusal)


@bp.route("/people/reps/<int:id>/check-ins/start", may="representation:edit", methods=["POST"])
def start(id: int) -> Response:
    """Turn on the check-ins."""
    services.start_check_ins(g.actor, get_representation(g.actor, id, "representation:edit"))
    flash_success(_("Monthly check-ins are on."))
    return redirect_to("checkins.show", id=id)


@bp.route("/people/reps/<int:id>/check-ins/stop", may="representation:edit", methods=["POST"])
def stop(id: int) -> Response:
    """Turn off the check-ins."""
    services.stop_check_ins(get_representation(g.actor, id, "representation:edit"))
    flash_success(_("Monthly check-ins are off."))
    return redirect_to("checkins.show", id=id)


@bp.route("/check-ins/<int:id>/accept", may="representation:edit", methods=["POST"])
def accept(id: int) -> Response:
    """Log an answer as an interaction."""
    row = services.accept_answer(g.actor, queries.get_check_in(g.actor, id, "representation:edit"))
    flash_success(_("Saved: %(title)s", title=row.subject), more=(_("Edit"), url_for("interactions.edit", id=row.id)))
    return redirect_to("desk.interaction", id=row.id)


@bp.route("/check-ins/<int:id>/dismiss", may="representation:edit", methods=["POST"])
def dismiss(id: int) -> Response:
    """Dismiss an answer."""
    row = queries.get_check_in(g.actor, id, "representation:edit")
    services.dismiss_answer(row)
    flash_success(_("Answer dismissed."))
    return redirect_to("checkins.show", id=row.representation_id)
