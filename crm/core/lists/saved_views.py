"""Saved views with filters that their reader can't choose, such as a team of the colleague who shared the view."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from crm.core.errors import BadRequest
from crm.core.hooks import LIST_VIEWS
from crm.core.lists.declare import Listing
from crm.core.lists.state import parse
from crm.core.policy import Actor
from crm.core.web.blueprint import flash_error
from crm.core.words import _

Pairs = list[tuple[str, str]]


def open_without_unavailable(listing: Listing, actor: Actor) -> str:
    """Return the URL of the requested saved view without the choices that the actor doesn't have; flash their labels.

    Columns and values of a filter that are available stay.

    "" if the request isn't for a saved view, or if it can't be opened without them either.
    """
    pairs = list(request.args.items(multi=True))
    label = _find_view(listing, actor, pairs)
    if not label:
        return ""
    names = [name for name in request.args if not is_usable(listing, actor, [p for p in pairs if p[0] == name])]
    parts = [part for pair in pairs for part in (_split_columns(pair) if pair[0] in names else [pair])]
    rest = [part for part in parts if part[0] not in names or is_usable(listing, actor, [part])]
    if not names or not is_usable(listing, actor, rest):
        return ""
    labels = {f.name: str(f.label) for f in listing.filters} | {"columns": _("Columns"), "sort": _("Sort order")}
    quoted = [f"“{labels[name]}”" for name in names if name in labels]
    removed = [] if len(quoted) == len(names) else [_("a filter that no longer exists")]
    texts = ", ".join([*quoted, *removed])
    flash_error(_("“%(view)s” opens without options that aren't available to you: %(names)s.", view=label, names=texts))
    # With `view` the list doesn't open with its default view.
    return f"{listing.address}?{urlencode(rest or [('view', '')])}"


def _find_view(listing: Listing, actor: Actor, pairs: Pairs) -> str:
    views = (view for hook in LIST_VIEWS for view in hook(actor, listing.address))
    return next(
        (label for label, url, _default in views if sorted(parse_qsl(urlsplit(url).query)) == sorted(pairs)), ""
    )


def _split_columns(pair: tuple[str, str]) -> Pairs:
    """Return a parameter as parameters of single values: one column each."""
    name, value = pair
    return [(name, part) for part in value.split(",") if part] if name == "columns" else [pair]


def is_usable(listing: Listing, actor: Actor, pairs: Pairs) -> bool:
    """Return whether a list has the filters and columns of a saved address: rights may have changed since."""
    try:
        parse(listing, MultiDict(pairs), actor)
    except BadRequest:
        return False
    return True
