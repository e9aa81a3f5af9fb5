"""The pages of an interaction and of a follow-up."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.together import run_together
from crm.core.errors import NotFound
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.desk.activity_panels import follow_up_panels, interaction_panels
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary
from crm.followups import queries as followups
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.interactions import queries as interactions
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState

from . import bp

FOLLOW_UP_ACTIONS = ("done", "later", "no-answer")


@bp.route("/interactions/<int:id>", may="interaction:see")
def interaction(id: int) -> Response:
    """Show an interaction; `do` in the address, as emails link it, asks whether it took place."""
    row = interactions.get_interaction(g.actor, id)
    summary, details = run_together(
        partial(load_record_summary, g.actor, row), partial(interactions.load_details, g.actor, row)
    )
    panels = interaction_panels(g.actor, row, summary, details)
    is_planned, has_begun = row.state is InteractionState.planned, row.at < clock.now()
    return render(
        "desk/interaction.html",
        **build_record_page(g.actor, row, "interactions", summary, panels),
        details=details,
        is_upcoming=is_planned and not has_begun and can(g.actor, "interaction:edit", row),
        asks_outcome=is_planned and (has_begun or bool(request.args.get("do"))),
    )


@bp.route("/followups/<int:id>", may="followup:see")
def followup(id: int) -> Response:
    """Show a follow-up; `do` in the address, as emails link it, asks to confirm that action before it is saved."""
    row = followups.get_follow_up(g.actor, id)
    summary, follow_ups = run_together(
        partial(load_record_summary, g.actor, row), partial(followups.load_follow_up_rows, g.actor, [id])
    )
    follow_up = follow_ups[0]
    panels = follow_up_panels(g.actor, row, summary, follow_up)
    action = request.args.get("do", "")
    is_open = row.state is FollowUpState.open and not row.archived_at
    return render(
        "desk/followup.html",
        **build_record_page(g.actor, row, "followups", summary, panels),
        follow_up=follow_up,
        source=_find_source(row.source_id),
        is_open=is_open,
        reopen_url=None if is_open or row.archived_at else _reopen_url(row),
        action=action if is_open and action in FOLLOW_UP_ACTIONS else "",
    )


def _reopen_url(row: FollowUp) -> str:
    return url_for("followups.reopen", id=row.id, version=row.version, next=request.path)


def _find_source(source_id: int | None) -> Interaction | None:
    """Return the interaction that a follow-up comes from, if the reader may open it."""
    if source_id is not None:
        with suppress(NotFound):
            return interactions.get_interaction(g.actor, source_id)
    return None
