"""The pages of a contact and of a follow-up."""

from __future__ import annotations

from contextlib import suppress

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.errors import NotFound
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary
from crm.followups import queries as followups
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import repeat_of, undo_values
from crm.followups.undo import undo_url
from crm.interactions import queries as interactions
from crm.interactions.models import Interaction

from . import bp

ANSWERS = ("done", "later", "no-answer")


@bp.route("/interactions/<int:id>", may="interaction:see")
def interaction(id: int) -> Response:
    """Show a contact."""
    row = interactions.interaction(g.actor, id)
    return render(
        "desk/interaction.html",
        **build_record_page(g.actor, row, "interactions", load_record_summary(g.actor, row)),
        details=interactions.details(g.actor, row),
        asked=request.args.get("do", ""),
    )


@bp.route("/followups/<int:id>", may="followup:see")
def followup(id: int) -> Response:
    """Show a follow-up; `do` in the address, as mails link it, puts that answer first and asks before it saves."""
    row = followups.follow_up(g.actor, id)
    to_do = followups.to_dos(g.actor, [id])[0]
    asked = request.args.get("do", "")
    is_open = row.state is FollowUpState.open and not row.archived_at
    return render(
        "desk/followup.html",
        **build_record_page(g.actor, row, "followups", load_record_summary(g.actor, row)),
        to_do=to_do,
        source=_source(row.source_id),
        is_open=is_open,
        reopen=None if is_open or row.archived_at else _reopen_url(row),
        asked=asked if asked in ANSWERS else "",
    )


def _reopen_url(row: FollowUp) -> str:
    made = repeat_of(row)
    return undo_url(row, undo_values(row), made.id if made else None, return_to=request.path)


def _source(source_id: int | None) -> Interaction | None:
    """The contact it was promised in, when the reader may open that."""
    if source_id is not None:
        with suppress(NotFound):
            return interactions.interaction(g.actor, source_id)
    return None
