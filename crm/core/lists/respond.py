"""Respond to a request for a list: a page, its rows alone, or a file."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from crm.core.hooks import LIST_VIEWS
from crm.core.lists import export
from crm.core.lists.declare import Listing
from crm.core.lists.page import page
from crm.core.lists.state import parse
from crm.core.policy import Actor
from crm.core.web.blueprint import render, require_fresh
from crm.core.web.redirects import redirect_url


def respond(listing: Listing, actor: Actor, **context: Any) -> Response:
    """Parse the request's URL and respond. Raises BadRequest for parameters that the list does not have.

    The page's template gets `page` and `context`; htmx gets the block that its target names (core.web.render).
    """
    if not request.args and (url := _default_url(listing, actor)):
        return redirect_url(url)
    state = parse(listing, request.args, actor)
    if state.format:
        require_fresh()
        return export.answer(listing, actor, state)
    return render(listing.template, page=page(listing, actor, state), **context)


def _default_url(listing: Listing, actor: Actor) -> str:
    """Return the URL of the view with which the list opens; "" for the list itself."""
    views = (view for hook in LIST_VIEWS for view in hook(actor, listing.address))
    return next((url for _label, url, is_default in views if is_default and "?" in url), "")
