"""The page of possible duplicates, and the records like the one in a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from crm.core.errors import NotFound
from crm.core.hooks import MERGE_URLS, QUALITY_CHECKS, SIMILAR_RECORDS
from crm.core.lists import Listing, page, parse
from crm.core.lists.state import refuse
from crm.core.policy import Actor
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_error, flash_success, render
from crm.core.web.redirects import back
from crm.core.words import Lazy, _, _l

from . import pairs, queries, services
from .forms import TypedRecord
from .models import DuplicatePair

bp = Feature("duplicates", __name__, url_prefix="/duplicates")
layout.add_nav_entry("duplicates.index", _l("Possible duplicates"), "people", 96)


@bp.route("/", may="duplicate:see")
def index() -> Response:
    """List the suspected pairs."""
    return _list_pairs(pairs.OPEN)


def _count_suspected(actor: Actor, team_id: int | None) -> list[tuple[str | Lazy, int, str]]:
    """Return how many pairs are suspected, for the page *Data quality*."""
    team: dict[str, Any] = {} if team_id is None else {"team": str(team_id)}
    count = page(pairs.OPEN, actor, parse(pairs.OPEN, MultiDict(team), actor)).count
    return [(_l("Possible duplicates"), count, url_for("duplicates.index", **team))]


QUALITY_CHECKS.append(_count_suspected)


@bp.route("/different", may="duplicate:see", endpoint="dismissed")
def list_dismissed() -> Response:
    """List the pairs that were marked as not the same."""
    return _list_pairs(pairs.DIFFERENT)


def _list_pairs(listing: Listing) -> Response:
    state = parse(listing, request.args, g.actor)
    if state.format:
        raise refuse("as")
    current = replace(page(listing, g.actor, state), export_urls={})
    rows = queries.load_pairs(g.actor, [row.id for row in current.rows])
    ids = [(pair.a.id, pair.b.id) for pair in rows]
    merge_urls = {pair: url for find_urls in MERGE_URLS for pair, url in find_urls(g.actor, ids).items()}
    is_open = listing is pairs.OPEN
    return render(listing.template, page=current, pairs=rows, is_open=is_open, merge_urls=merge_urls)


@bp.route("/<int:id>/different", may="duplicate:decide", methods=["POST"])
def different(id: int) -> Response:
    """Mark a pair as not the same."""
    return _decide(id, lambda pair: services.mark_different(g.actor, pair), _("Marked as not the same."))


@bp.route("/<int:id>/reopen", may="duplicate:decide", methods=["POST"])
def reopen(id: int) -> Response:
    """List a pair again."""
    return _decide(id, services.reopen_pair, _("The pair is listed again."), "duplicates.dismissed")


def _decide(
    pair_id: int, save: Callable[[DuplicatePair], None], message: str, endpoint: str = "duplicates.index"
) -> Response:
    """Save a decision about the pair that the page showed; say so if it is no longer listed."""
    record_ids = request.form.getlist("record", type=int)
    try:
        pair = queries.get_pair(g.actor, pair_id, record_ids)
    except NotFound:
        if not record_ids:
            raise
        flash_error(_("One of these records has changed, and they are no longer possible duplicates."))
        return back(url_for(endpoint))
    save(pair)
    flash_success(message)
    return back(url_for(endpoint))


@bp.route("/similar/<kind>", may="duplicate:see", reads=True, methods=["POST"])
def similar(kind: str) -> Response:
    """Render the records like the one in a form, while it is filled in."""
    if kind not in SIMILAR_RECORDS:
        raise NotFound
    records = SIMILAR_RECORDS[kind](g.actor, TypedRecord(request.form).values)
    return render("duplicates/similar.html", records=records, kind=kind, confirmed="confirm_new" in request.form)
