"""The page of introduction paths of a record."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.data.record import Record, get_visible
from crm.core.errors import NotFound
from crm.core.i18n import formats
from crm.core.web.blueprint import Feature, show_form

from .forms import TargetForm
from .policy import KINDS, RECENT, LinkKind
from .queries import load_goal
from .rows import build_rows
from .texts import describe_parts

bp = Feature("introductions", __name__, url_prefix="/introductions")


@bp.route("/<int:id>", may="introduction:see")
def index(id: int) -> Response:
    """Show who can introduce us, to the organizations that a record wants to reach or to another one (`to`)."""
    record = _record(id)
    form = TargetForm(request.args)
    is_sent = "to" in request.args or "to-typed" in request.args
    target_id = form.to.data if is_sent and form.validate() else None
    goal = load_goal(g.actor, record, target_id)
    return show_form(
        form,
        "introductions/index.html",
        record=record,
        goal=goal,
        paths=build_rows(g.actor, record, goal),
        strength_parts=describe_parts(),
        recent=RECENT,
        base_strengths=[(kind, formats.percent(round(kind.base * 100))) for kind in LinkKind],
    )


def _record(record_id: int) -> Record:
    record = get_visible(Record, g.actor, record_id)
    if record.kind not in KINDS:
        raise NotFound
    return record
