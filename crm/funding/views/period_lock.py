"""The period lock in forms: a user who changes what a filed report counts enters the reason before it is saved."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from flask import Response, g, make_response, request

from crm.core.data.base import db
from crm.core.data.changed_rows import take_changed
from crm.core.hooks import REQUEST_ENDS
from crm.core.i18n import formats
from crm.core.web.edge import drop_success_message
from crm.core.web.error_page import error_page, readable_form
from crm.core.web.redirects import redirect_url, safe_next
from crm.core.web.resume import page_of_form
from crm.core.web.security import SAFE
from crm.core.words import _
from crm.funding.models import FiledReport
from crm.funding.queries.filing import list_reports_with
from crm.funding.services.period_lock import PendingCorrection, default_reason, find_corrections, record_corrections

from .bp import bp

REASON, PAGE = "correction_reason", "correction_page"
MAX_REASON = 300


def require_reason(response: Response) -> Response:
    """Record corrections with the entered reason before the commit, or refuse the request and ask for one."""
    if request.method in SAFE or g.get("actor") is None:
        return response
    db.session.flush()
    changed = take_changed(db.session())
    corrections = find_corrections(changed)
    if not corrections:
        return response
    reason = request.form.get(REASON, "").strip()[:MAX_REASON] or default_reason(changed)
    if not reason:
        return _ask(corrections)
    record_corrections(corrections, reason, g.actor.id)
    page_url = safe_next(request.form.get(PAGE), "")
    if page_url and response.status_code == HTTPStatus.OK and "HX-Redirect" not in response.headers:
        # The form of a part of a page: the page that asked for the reason can't take the new part into itself.
        return make_response(redirect_url(page_url))
    return response


def _ask(corrections: list[PendingCorrection]) -> Response:
    drop_success_message()
    message = _(
        "What you change is counted in a report that was already filed (%(periods)s). Enter why: the reason is "
        "recorded with the report, along with the values before and after. Nothing has been saved yet.",
        periods=describe_periods([x.report for x in corrections]),
    )
    page_url, form = page_of_form(), readable_form()
    if form:
        # The page has these fields itself, and the first of two values would count.
        form = form._replace(fields=[(name, x) for name, x in form.fields if name not in (REASON, PAGE)])
    answer = error_page(
        422,
        _("Counted in a filed report"),
        message,
        pending_form=form,
        correction_page=page_url,
        back_to=page_url,
    )
    if request.headers.get("HX-Request"):
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "body", "innerHTML"
    return answer


def describe_periods(reports: list[FiledReport]) -> str:
    """Return the periods of reports in words."""
    periods = {(x.first, x.last): None for x in reports}
    return ", ".join(formats.day_range(first, last) for first, last in periods)


REQUEST_ENDS.append(require_reason)


@bp.app_context_processor
def _form_parts() -> dict[str, Any]:
    """Provide the periods of the filed reports that count records, for the notice above a form that changes them."""

    def filed_periods(*ids: int | Collection[int]) -> str:
        record_ids = [i for part in ids for i in ((part,) if isinstance(part, int) else part)]
        return describe_periods(list_reports_with(record_ids)) if record_ids else ""

    return {"filed_periods": filed_periods}
