"""The page of a gift, with its warnings and history."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.compliance.policy import GiftState
from crm.compliance.queries import get_gift, get_other_side, has_approver, load_names, may_decide_about
from crm.compliance.sentences import describe_year, list_warnings
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.desk.activity_panels import gift_panels
from crm.desk.history import load_row_history

from . import bp


@bp.route("/gifts/<int:id>", may="gift:see")
def gift(id: int) -> Response:
    row = get_gift(g.actor, id)
    names, may_decide = load_names(row), may_decide_about(g.actor, row)
    waits = row.state is GiftState.needs_approval and row.archived_at is None
    return render(
        "desk/gift.html",
        gift=row,
        year_text=describe_year(g.actor, row, names),
        warnings=list_warnings(g.actor, row, names),
        waits=waits,
        may_decide=may_decide,
        has_approver=may_decide or not waits or has_approver(row, names),
        may_archive=can(g.actor, "gift:archive", get_other_side(row)),
        panels=gift_panels(row, names),
        entries=load_row_history(g.actor, "gift", id),
    )
