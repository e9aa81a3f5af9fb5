"""The state of a list in its URL: filters, sort, position. Everything unknown is a 400."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from crm.core.data.base import row_id
from crm.core.errors import BadRequest
from crm.core.forms.params import parse_day
from crm.core.lists.columns import ColumnChoice, format_columns, parse_columns
from crm.core.lists.cursor import Cursor, decode
from crm.core.lists.declare import Col, Filter, Listing, View
from crm.core.lists.derive import Choices, load_choices
from crm.core.lists.grouping import GroupValue, parse_groups
from crm.core.lists.record_filters import find_survivor_id
from crm.core.policy import Actor
from crm.core.words import _

MAX_IDS = 1000
Raw = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class ListState:
    """The state of a list. `raw` are the filters as in the URL, `values` the parsed ones.

    `ids` are the selected rows; empty for all rows that the filters match. `marked` are rows whose boxes are checked.
    `columns` are those chosen; empty for the list's own. `groups` are those whose rows are shown.
    """

    listing: Listing
    raw: Raw
    values: dict[str, Any]
    sort: str
    q: str = ""
    view: str = ""
    after: Cursor | None = None
    format: str = ""
    choices: dict[str, Choices] = field(default_factory=dict)
    ids: tuple[int, ...] = ()
    marked: tuple[int, ...] = ()
    columns: tuple[ColumnChoice, ...] = ()
    groups: tuple[GroupValue, ...] = ()

    @property
    def col(self) -> Col:
        """The column sorted by."""
        name = self.sort.removeprefix("-")
        return next(c for c in self.listing.cols if c.name == name)

    @property
    def is_filtered(self) -> bool:
        """Whether it omits rows by filters, search words, a selection or a group."""
        return bool(self.values or self.q or self.ids or self.groups)

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    def url(self, *, without: str = "", more: dict[str, str] | None = None) -> str:
        """Return the URL of this list with a filter left out or parameters added, and without the position."""
        pairs: list[tuple[str, str]] = []
        keep_view = self.view and not without
        if keep_view:
            pairs.append(("view", self.view))
        own = self.own_filters() if keep_view else self.raw
        pairs += [(name, value) for name, values in own.items() if name != without for value in values]
        if self.q and without != "q":
            pairs.append(("q", self.q))
        pairs += [("in", group.param) for group in self.groups]
        pairs += [("ids", str(id)) for id in self.ids]
        pairs += [("columns", format_columns(self.columns))] if self.columns else []
        params = {"sort": self.sort} | (more or {})
        if params["sort"] == self.listing.sort and not keep_view:
            del params["sort"]
        pairs += params.items()
        return self.listing.address + ("?" + urlencode(pairs) if pairs else "")

    def own_filters(self) -> Raw:
        """Return the filters that aren't those of the view."""
        view = next((view for view in self.listing.views if view.name == self.view), None)
        preset = {name: _as_tuple(value) for name, value in view.filters.items()} if view else {}
        return {name: values for name, values in self.raw.items() if preset.get(name) != values}


def _as_tuple(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def refuse(text: str) -> BadRequest:
    """Return the BadRequest for a parameter."""
    return BadRequest(_("Check the web address: “%(name)s” isn't valid for this list.", name=text[:80]))


def parse(listing: Listing, args: Mapping[str, Any], actor: Actor) -> ListState:
    """Parse a URL. `args` returns lists by `getlist`, or has single texts. Raises BadRequest."""
    params = _params_of(args)
    filters = {f.name: f for f in listing.filters_for(actor)}
    searching = listing.search is not False
    for name in params:
        if name not in filters and name not in _params_for(listing, searching=searching):
            raise refuse(name)
    single = {name: texts[-1] for name, texts in params.items() if texts[-1]}
    view = _find_view(listing, actor, single.get("view", ""))
    raw = _merge_filters(view, {name: texts for name, texts in params.items() if name in filters})
    sort = single.get("sort") or (view.sort if view else "") or listing.sort
    column = _find_sort_column(listing, actor, sort)
    if single.get("as", "csv") not in listing.formats:
        raise refuse(single["as"])
    choices = load_choices({f.name: f.choices for f in filters.values()}, actor)
    return ListState(
        listing=listing,
        raw=raw,
        values={name: read(filters[name], choices[name], texts) for name, texts in raw.items()},
        sort=sort,
        q=single.get("q", "").strip()[:200],
        view=view.name if view else "",
        after=_read_cursor(single["after"], sort, column) if "after" in single else None,
        format=single.get("as", ""),
        choices=choices,
        ids=() if single.get("all") else _ids(params, "ids"),
        marked=_ids(params, "marked"),
        columns=_parse_with(parse_columns, listing, actor, params, "columns"),
        groups=_parse_with(parse_groups, listing, actor, params, "in"),
    )


def _merge_filters(view: View | None, chosen: Raw) -> Raw:
    """Return the filters of the view with those chosen instead; a filter chosen without a value is off."""
    raw = {name: _as_tuple(value) for name, value in view.filters.items()} if view else {}
    for name, texts in chosen.items():
        raw[name] = tuple(dict.fromkeys(filter(None, texts)))
    return {name: texts for name, texts in raw.items() if texts}


def _find_view(listing: Listing, actor: Actor, name: str) -> View | None:
    if not name:
        return None
    for view in listing.views_for(actor):
        if view.name == name:
            return view
    raise refuse(name)


def _find_sort_column(listing: Listing, actor: Actor, sort: str) -> Col:
    for column in listing.cols_for(actor):
        if column.name == sort.removeprefix("-") and column.key is not None:
            return column
    raise refuse(sort)


def _read_cursor(text: str, sort: str, column: Col) -> Cursor:
    try:
        return decode(text, sort, column)
    except ValueError as error:
        raise refuse(text) from error


def _params_for(listing: Listing, *, searching: bool) -> tuple[str, ...]:
    """Return the parameters of a list besides its filters. Of the rows selected by `ids` or `all`, `all` wins."""
    selection = ("ids", "all", "marked") if listing.kind else ()
    return ("sort", "after", "view", "as", "columns", "in", *selection, *(("q",) if searching else ()))


def _parse_with(parser: Any, listing: Listing, actor: Actor, params: Raw, name: str) -> Any:
    """Parse the values of a parameter. Raises BadRequest."""
    try:
        return parser(listing, actor, params.get(name, ()))
    except ValueError as error:
        raise refuse(name) from error


def _ids(params: Raw, name: str) -> tuple[int, ...]:
    """Parse the ids of selected or marked rows. Raises BadRequest."""
    texts = params.get(name, ())
    if len(texts) > MAX_IDS:
        raise refuse(name)
    try:
        return tuple(dict.fromkeys(row_id(text) for text in texts))
    except ValueError as error:
        raise refuse(name) from error


def _params_of(args: Mapping[str, Any]) -> Raw:
    if hasattr(args, "getlist"):
        return {name: tuple(args.getlist(name)) for name in args}
    return {name: _as_tuple(value) for name, value in args.items()}


def read(filter_: Filter, choices: Choices, raw: tuple[str, ...]) -> Any:
    """Parse the value of a filter. Raises BadRequest for an impossible one."""
    text = raw[-1]
    try:
        match filter_.kind:
            case "choice" | "many":
                if not {v for v, _label in choices}.issuperset(raw):
                    raise refuse(text)
                return raw if filter_.kind == "many" else text
            case "date":
                return parse_day(text)
            case "num":
                number = Decimal(text)
                if not number.is_finite() or abs(number) >= 10**12:
                    raise refuse(text)
                return number
            case "pick":
                return find_survivor_id(row_id(text))
            case "bool":
                if text not in ("1", "yes", "y"):
                    raise refuse(text)
                return True
    except (ValueError, InvalidOperation) as error:
        raise refuse(text) from error
    return text[:200]
