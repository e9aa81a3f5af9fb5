"""The tabs of a list: all rows, its own views, and those that users saved."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from crm.core.hooks import LIST_VIEWS
from crm.core.lists.chips import FilterChip
from crm.core.lists.declare import Listing
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.words import _


class ViewLink(NamedTuple):
    """A tab."""

    name: str
    label: str
    url: str
    current: bool


def list_tabs(listing: Listing, actor: Actor, state: ListState) -> list[ViewLink]:
    """Return the tabs; none if the list has only all rows."""
    saved = [view for hook in LIST_VIEWS for view in hook(actor, listing.address)]
    views = listing.views_for(actor)
    if not views and not saved:
        return []
    # With `view` the list doesn't open with a saved view.
    all_url = f"{listing.address}?view=" if any(is_default for *_rest, is_default in saved) else listing.address
    params = sorted(parse_qsl(urlsplit(state.url()).query))
    return [
        ViewLink("", _("All"), all_url, not state.view and not state.raw and not state.q and not state.groups),
        *(ViewLink(v.name, str(v.label), f"{listing.address}?view={v.name}", state.view == v.name) for v in views),
        *(ViewLink("", label, url, sorted(parse_qsl(urlsplit(url).query)) == params) for label, url, _default in saved),
    ]


def build_title(listing: Listing, state: ListState, chips: list[FilterChip], tabs: list[ViewLink]) -> str:
    """Return the title of the browser tab: the page with its view and the filters that the view doesn't set."""
    tab = next((tab for tab in tabs[1:] if tab.current), None)
    if tab and not tab.name:  # a saved view is its whole address
        return f"{listing.title}: {tab.label}"
    own = state.own_filters()
    words = [tab.label] if tab else []
    words += [f"{chip.label} {chip.text}" for chip in chips if not chip.name or chip.name in own]
    return f"{listing.title}: {', '.join(words)}" if words else str(listing.title)
