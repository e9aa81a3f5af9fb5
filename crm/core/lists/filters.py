"""The filters of a page that is not a table: a board, a report."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.core.lists.chips import FilterChip, build_chips
from crm.core.lists.declare import Listing
from crm.core.lists.page import FilterView, build_filters
from crm.core.lists.state import ListState
from crm.core.lists.tabs import build_title
from crm.core.policy import Actor


@dataclass(frozen=True)
class FilterBar:
    """What `_ui/filters.html` renders: the filters and those in use."""

    filters: list[FilterView]
    chips: list[FilterChip]
    document_title: str
    export_urls: dict[str, str] = field(default_factory=dict)
    format_names: dict[str, str] = field(default_factory=lambda: {"csv": "CSV", "xlsx": "XLSX"})
    export_note: str = ""


def build_filter_bar(listing: Listing, actor: Actor, state: ListState) -> FilterBar:
    """Return the filters of a listing as the URL sets them; reads no rows."""
    chips = build_chips(listing, actor, state)
    return FilterBar(build_filters(listing, actor, state), chips, build_title(listing, state, chips, []))
