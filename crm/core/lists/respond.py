"""Respond to a request for a list: a page, its rows alone, or a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import request
from werkzeug.wrappers import Response

from crm.core.data.together import run_together
from crm.core.errors import BadRequest
from crm.core.hooks import LIST_VIEWS
from crm.core.lists import export
from crm.core.lists.declare import Listing
from crm.core.lists.page import Page, page
from crm.core.lists.saved_views import is_usable, open_without_unavailable
from crm.core.lists.state import ListState, parse
from crm.core.policy import Actor
from crm.core.web.blueprint import render, require_fresh
from crm.core.web.layout import load_side_sections
from crm.core.web.redirects import redirect_url


def respond(
    listing: Listing,
    actor: Actor,
    *,
    load_page: Callable[[Listing, Actor, ListState], Page] = page,
    load_more: Callable[[ListState, Page], dict[str, Any]] = lambda _state, _page: {},
) -> Response:
    """Parse the request's URL and respond. Raises BadRequest for parameters that the list does not have.

    A saved view opens without the choices that the actor doesn't have.

    The page's template gets `page` and what `load_more` returns; htmx gets the block that its target names
    (core.web.render).
    """
    try:
        url, state, _sides = run_together(
            partial(_default_url, listing, actor),
            partial(parse, listing, request.args, actor),
            partial(load_side_sections, actor),
        )
    except BadRequest:
        url = open_without_unavailable(listing, actor)
        if not url:
            raise
    if url:
        return redirect_url(url)
    if state.format:
        require_fresh()
        return export.stream_file(listing, actor, state)
    loaded = load_page(listing, actor, state)
    return render(listing.template, page=loaded, **load_more(state, loaded))


def _default_url(listing: Listing, actor: Actor) -> str:
    """Return the URL of the view with which the list opens without parameters; "" for the list itself."""
    if request.args:
        return ""
    views = (view for hook in LIST_VIEWS for view in hook(actor, listing.address))
    url = next((url for _label, url, is_default in views if is_default and "?" in url), "")
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return url if url and is_usable(listing, actor, pairs) else ""
