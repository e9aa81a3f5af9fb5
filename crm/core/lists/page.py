"""A page of a list, ready for the template: texts and URLs, nothing left to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup

from crm.core import clock
from crm.core.hooks import LIST_REPORTS
from crm.core.i18n import formats
from crm.core.lists import count
from crm.core.lists.cells import ListCell, makers
from crm.core.lists.chips import FilterChip, build_chips
from crm.core.lists.columns import ColumnOption, column_options, format_columns, shown_columns
from crm.core.lists.cursor import Cursor, encode
from crm.core.lists.declare import Col, Facts, Filter, Listing
from crm.core.lists.draw import body, filter_field, options
from crm.core.lists.load import load
from crm.core.lists.query import Rows
from crm.core.lists.state import ListState
from crm.core.lists.tabs import ViewLink, build_title, list_tabs
from crm.core.policy import Actor
from crm.core.words import _, ngettext

RIGHT_ALIGNED = frozenset({"num", "money", "date", "moment"})


class ListRow(NamedTuple):
    """One row; `url` is its page, empty if rows have none."""

    id: int
    url: str
    cells: list[ListCell]


class ListColumn(NamedTuple):
    """A column heading: `align` is "num" or "", `sorted` "asc", "desc" or "".

    `editable`: its cells can be edited in place. `width` in pixels, 0 for automatic.
    """

    name: str
    label: str
    kind: str
    align: str
    sort_url: str
    sorted: str
    hide_phone: bool
    editable: bool = False
    width: int = 0


class FilterView(NamedTuple):
    """A filter as its form shows it; `value` as in the URL, a tuple for kind "many"."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    value: Any
    remove_url: str

    @property
    def field(self) -> Markup:
        return filter_field(self, formats.locale_name())

    @property
    def options(self) -> Markup:
        """The choices for the form."""
        return options(self.choices, self.value if isinstance(self.value, tuple) else (self.value,))


@dataclass(frozen=True)
class Page:
    """A page of a list. URLs are None when there is no such page."""

    name: str
    title: str
    path: str
    columns: list[ListColumn]
    rows: list[ListRow]
    filters: list[FilterView]
    chips: list[FilterChip]
    views: list[ViewLink]
    count: int
    count_label: str
    sums: dict[str, str]
    next_url: str | None
    prev_url: str | None
    first_url: str | None
    export_urls: dict[str, str]
    column_options: list[ColumnOption]
    columns_param: str
    """The chosen columns as in the URL; "" for the list's own."""
    own_columns_url: str
    format_names: dict[str, str]
    """The formats of its files, by code."""
    params: list[tuple[str, str]]
    """The filters, view, search words and sort order of the list as in its URL, without the position."""
    marked: frozenset[int]
    """The rows whose boxes are checked."""
    export_note: str
    """Which rows files don't contain; "" if they have all rows."""
    document_title: str
    """The title of the browser tab."""
    report_url: str
    """The page on which a report about the rows is built; "" for none."""

    def body(self, *, pick: bool = False) -> Markup:
        """Render the rows of the table; `pick` adds a checkbox to each."""
        return body(self.columns, self.rows, pick=pick, marked=self.marked)


def page(listing: Listing, actor: Actor, state: ListState) -> Page:
    """Load and render one page: the rows, the count, and what `after_page` loads."""
    cols = shown_columns(listing, actor, state.columns)
    counted, page_rows = load(listing, actor, state, cols)
    sums = counted.sums
    facts = listing.after_page([r[0] for r in page_rows.rows], actor) if listing.after_page and page_rows.rows else {}
    ends = _neighbor_urls(state, page_rows)
    chips, tabs = build_chips(listing, actor, state), list_tabs(listing, actor, state)
    return Page(
        name=listing.name,
        title=str(listing.title),
        path=listing.address,
        columns=[_column(c, state) for c in cols],
        column_options=column_options(listing, actor, cols, state.columns),
        columns_param=format_columns(state.columns),
        own_columns_url=replace(state, columns=(), ids=()).url(),
        rows=render_rows(listing, cols, page_rows.rows, facts),
        filters=build_filters(listing, actor, state),
        chips=chips,
        views=tabs,
        document_title=build_title(listing, state, chips, tabs),
        count=counted.total,
        count_label=f"{formats.num(count.CAP)}+" if counted.is_capped else formats.num(counted.total),
        sums={c.name: _format_sum(c, sums[c.name] or Decimal()) for c in listing.cols if c.name in sums},
        first_url=state.url() if state.after else None,
        export_urls={code: state.url(more={"as": code}) for code in listing.formats},
        format_names=listing.formats,
        params=parse_qsl(urlsplit(replace(state, ids=()).url()).query),
        marked=frozenset(state.marked),
        export_note=describe_excluded_rows(counted.confidential, is_exact=not counted.is_capped),
        report_url=_report_url(state),
        **ends,
    )


def _report_url(state: ListState) -> str:
    pairs = [(name, value) for name, values in state.raw.items() for value in values]
    pairs += [("q", state.q)] if state.q else []
    urls = (hook(state.listing.name, pairs) for hook in LIST_REPORTS if not state.groups)
    return next(filter(None, urls), "")


def _format_sum(col: Col, value: Decimal | int) -> str:
    return formats.money(value, short=False) if col.currency is not None else formats.num(value)


def describe_excluded_rows(confidential: int, *, is_exact: bool = True) -> str:
    """Return how many rows a file leaves out and why; "" if it has all rows."""
    if not is_exact:
        return _("Confidential rows are left out.")
    if not confidential:
        return ""
    text = ngettext("%(num)s confidential row is left out.", "%(num)s confidential rows are left out.", confidential)
    return str(text)


def _neighbor_urls(state: ListState, page_rows: Rows) -> dict[str, str | None]:
    def url_at(row: Any, *, back: bool) -> str:
        return state.url(more={"after": encode(Cursor(row[-1], row[0], back), state.sort)})

    rows = page_rows.rows
    return {
        "next_url": url_at(rows[-1], back=False) if rows and page_rows.more_after else None,
        "prev_url": url_at(rows[0], back=True) if rows and page_rows.more_before else None,
    }


def _column(col: Col, state: ListState) -> ListColumn:
    is_sorted = state.sort.removeprefix("-") == col.name
    direction = "desc" if state.descending else "asc"
    other = col.name if state.descending or not is_sorted else f"-{col.name}"
    return ListColumn(
        col.name,
        str(col.label),
        col.kind,
        "num" if col.kind in RIGHT_ALIGNED else "",
        state.url(more={"sort": other}) if col.key is not None else "",
        direction if is_sorted else "",
        col.hide_phone,
        state.listing.editing is not None and state.listing.editing.is_editable(col),
        next((choice.width for choice in state.columns if choice.name == col.name), 0),
    )


def build_filters(listing: Listing, actor: Actor, state: ListState) -> list[FilterView]:
    """Return the filters of a list as their form shows them, the search words first."""
    filters = [_filter(f, state) for f in listing.filters_for(actor)]
    if listing.search is not False:
        filters.insert(0, FilterView("q", _("Search"), "text", (), state.q, state.url(without="q")))
    return filters


def _filter(f: Filter, state: ListState) -> FilterView:
    raw = state.raw.get(f.name, ())
    last = raw[-1] if raw else ""
    value = raw if f.kind == "many" else last
    choices = tuple((v, str(label)) for v, label in state.choices[f.name])
    return FilterView(f.name, str(f.label), f.kind, choices, value, state.url(without=f.name) if raw else "")


def render_rows(listing: Listing, cols: Sequence[Col], rows: Sequence[Any], facts: Facts) -> list[ListRow]:
    """Render the rows of a page; what is the same for all rows is computed once."""
    path = listing.row_path or listing.address
    make = makers(cols, facts, clock.today(formats.zone_of_reader()), path)
    linked = listing.has_row_pages
    return [ListRow(row[0], f"{path}{row[0]}" if linked else "", [m(row) for m in make]) for row in rows]
