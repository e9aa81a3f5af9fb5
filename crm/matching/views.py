"""Pages of matches: the list, one match, and decisions about it."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.record import find_visible
from crm.core.errors import Conflict
from crm.core.lists import respond
from crm.core.policy import can
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, render
from crm.core.web.form_flow import go_back, save_form
from crm.core.web.redirects import back, next_path
from crm.core.words import _, _l
from crm.products.queries import get_product

from . import forms, lists, queries, services
from .models import MatchDecision
from .policy import MatchState
from .sentences import describe_reason

bp = Feature("matching", __name__, url_prefix="/matches")
layout.add_nav_entry("matching.index", _l("Matches"), "link", 45)


@bp.route("/", may="match:see")
def index() -> Response:
    return respond(lists.MATCHES, g.actor)


@bp.route("/<int:id>", may="match:see")
def show(id: int) -> Response:
    """Show a match with all its reasons."""
    match = queries.load_match(g.actor, id)
    product = get_product(g.actor, match.product.id)
    return render(
        "matching/match.html",
        match=match,
        buyer=find_visible(g.actor, queries.find_buyer(g.actor, match.need.id)),
        opportunity=find_visible(g.actor, match.opportunity_id),
        describe=describe_reason,
        may_decide=can(g.actor, "match:decide", product),
        is_open=match.state is MatchState.suggested,
        is_dismissed=match.state is MatchState.dismissed,
    )


@bp.route("/<int:id>/dismiss", may="match:decide", methods=["GET", "POST"])
def dismiss(id: int) -> Response:
    """Dismiss a match with a reason."""
    match = queries.get_match(g.actor, id, "match:decide")
    form = forms.DismissForm()

    def save() -> MatchDecision:
        if match.state is MatchState.accepted:
            message = _("This match already has an opportunity. Close the opportunity instead.")
            raise Conflict(message, record_url=f"/matches/{id}")
        if match.state is MatchState.dismissed:
            name = services.name_decider(match.need.id, match.product.id)
            message = _("%(name)s already dismissed this match.", name=name)
            raise Conflict(message, record_url=f"/matches/{id}")
        values = form.values()
        return services.dismiss_match(g.actor, match.need.id, match.product.id, values["reason"], values["note"])

    then = go_back(f"/matches/{id}", _("The match was dismissed and won't be suggested again."))
    return save_form(form, save, then, "matching/dismiss.html", match=match, next_url=next_path())


@bp.route("/<int:id>/reopen", may="match:decide", methods=["POST"])
def reopen(id: int) -> Response:
    """Suggest a dismissed match again."""
    match = queries.get_match(g.actor, id, "match:decide")
    services.reopen_match(match.need.id, match.product.id)
    flash_success(_("The match is suggested again."))
    return back(f"/matches/{id}")
