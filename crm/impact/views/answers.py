"""The page on which a client answers a survey by the link in the email, without signing in.

A GET changes nothing, so that programs that open links in emails do no harm. The page shows no more than the client's
name, the period and the client's own answer.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from crm.accounts.policy import PER_ACCOUNT, PER_ADDRESS
from crm.accounts.sessions import address
from crm.accounts.throttle import account_key, address_key, count_tries
from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.i18n.outside_texts import find_texts, list_other_languages
from crm.core.i18n.translations import find_browser_language
from crm.core.tokens import hash_token
from crm.core.web.blueprint import PUBLIC, on_post, render
from crm.core.web.redirects import redirect_to
from crm.core.web.security import csrf
from crm.impact import services
from crm.impact.client_texts import TEXTS, ClientTexts
from crm.impact.mails import describe_period
from crm.impact.models import ImpactSurvey
from crm.impact.policy import SurveyState, last_day_of_link
from crm.impact.queries.surveys import find_survey_of_link, load_client_names
from crm.impact.survey_forms import AnswerForm

from . import bp

OPEN = (SurveyState.sent, SurveyState.answered)


@bp.route("/survey/<token>", may=PUBLIC, methods=["GET", "POST"])
@csrf.exempt
def answer(token: str) -> Response:
    """Show the survey of a link, or save the answer; the same link corrects it until it is accepted or declined."""
    texts = TEXTS.get(request.args.get("lang", ""))
    wait = _count_post(token) if request.method == "POST" else 0
    row = find_survey_of_link(token)
    if row is None:
        return _page(texts or find_texts(TEXTS, find_browser_language()), "ended", find_center(None), 404)
    texts = texts or find_texts(TEXTS, row.language)
    if wait:
        response = _show_form(texts, row, AnswerForm(), 429, is_busy=True)
        response.headers["Retry-After"] = str(wait)
        return response
    if row.state not in OPEN:
        return _page(texts, "done", _find_center(row))
    if row.state is SurveyState.answered and request.method != "POST" and "sent" in request.args:
        return _page(texts, "thanks", _find_center(row))
    return _answer_form(texts, row, token)


def _count_post(token: str) -> int:
    """Count an attempt by link and by address, in a transaction of its own; return the seconds to wait."""
    db.session.rollback()
    keys = (account_key("survey", hash_token(token)), PER_ACCOUNT), (address_key("survey", address()), PER_ADDRESS)
    return count_tries(*keys)


def _answer_form(texts: ClientTexts, row: ImpactSurvey, token: str) -> Response:
    form = AnswerForm(data=_own_answer(row) if request.method == "GET" else {})
    with on_post(form) as posted:
        if posted:
            services.save_answer(row, form.to_values())
            return redirect_to("impact.answer", token=token, sent=1, lang=texts.code)
    return _show_form(texts, row, form, 422 if form.errors else 200)


def _own_answer(row: ImpactSurvey) -> dict[str, Any]:
    """Return the values of the form: what the client answered before."""
    if row.state is SurveyState.sent:
        return {}
    names = ("answered_by", "currency", "sale_countries", "new_countries", "comment")
    sales = "" if row.sales is None else f"{row.sales:f}".removesuffix(".00")
    jobs = "" if row.jobs is None else str(row.jobs)
    return {name: getattr(row, name) for name in names} | {"sales": sales, "jobs": jobs, "publish": row.publish.value}


def _show_form(
    texts: ClientTexts, row: ImpactSurvey, form: AnswerForm, status: int, *, is_busy: bool = False
) -> Response:
    with force_locale(texts.code):
        expires_on = formats.day(last_day_of_link(row.expires_at), full=True)
    client = load_client_names([row.client_id])[row.client_id]
    return render(
        "impact/answer.html",
        status,
        texts=texts,
        form=form,
        client=client,
        center_name=_find_center(row),
        is_correction=row.state is SurveyState.answered,
        is_busy=is_busy,
        period=texts.period % {"period": describe_period(row, texts)},
        foot=texts.foot % {"day": expires_on},
        languages=list_other_languages(TEXTS, texts),
    )


def _page(texts: ClientTexts, state: str, center: str, status: int = 200) -> Response:
    """Show the page of a link that is over: `ended`, `thanks` or `done`."""
    context = {"texts": texts, "state": state, "center_name": center, "languages": list_other_languages(TEXTS, texts)}
    return render("impact/answer_over.html", status, **context)


def _find_center(row: ImpactSurvey) -> str:
    """Return the name of the center that asks."""
    return find_center(db.session.get_one(Record, row.client_id).team_id)
