"""What the rows of a list can be grouped by, and which of their numbers can be added up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, Self

import sqlalchemy as sa

from crm.core.data.base import Instant, fetch, is_one_of, row_id
from crm.core.data.record import visible
from crm.core.i18n import formats
from crm.core.lists.declare import Col, Listing, has_access
from crm.core.lists.group_dates import DateUnit, date_key, is_in_dates
from crm.core.policy import Actor
from crm.core.words import _, _l

GroupKind = Literal["enum", "bool", "country", "text", "id", "date"]
CONFIDENTIAL = "confidential"
MAX_TEXT_CHARS = 200
MAX_GROUPS = 10
"""Each is a condition of the statement; the links of reports have at most five."""


@dataclass(frozen=True)
class Grouping:
    """A value by which rows are grouped; the parameter `in=<name>:<key>` of a list opens exactly one group.

    sql: the expression of the value; with `takes_actor` a function of the actor. names: for ids, the id column and the
    label columns of the table they point to. links: instead of `sql`, a SELECT of row ids and values, each pair once,
    where a row can have several; with `takes_actor` a function of the actor. unit: for dates and moments, the length of
    a group. is_record: the ids are those of records. in_days: for dates, the condition for the rows from a day to
    a day, both included, instead of a range of `sql`.
    """

    name: str
    label: object
    sql: Any = None
    kind: GroupKind = "text"
    names: tuple[Any, ...] = ()
    links: Any = None
    unit: DateUnit | None = None
    required_access: str | None = None
    takes_actor: bool = False
    is_record: bool = False
    is_offered: bool = True
    in_days: Callable[[date, date], sa.ColumnElement[bool]] | None = None

    @property
    def full_label(self) -> str:
        """The label with the length of a group: "Close date (month)"."""
        return f"{self.label} ({self.unit})" if self.unit else str(self.label)

    @property
    def enum_class(self) -> Any:
        """The closed list of the values; None for other kinds."""
        column = self.links.selected_columns[1] if isinstance(self.links, sa.Select) else self.sql
        return getattr(getattr(column, "type", None), "enum_class", None)

    def build_key(self, actor: Actor) -> Any:
        """Return the expression of a row's key; NULL without a value. Not for `links`."""
        sql = self.sql(actor) if self.takes_actor else self.sql
        if self.unit is not None:
            return date_key(sql, self.unit, actor.zone)
        return sa.func.nullif(sql, "", type_=sa.String()) if self.kind in ("text", "country") else sql

    def build_links(self, actor: Actor, name: str | None = None) -> sa.Subquery:
        """Return the row ids and values of a grouping in which a row can have several."""
        stmt: sa.Select[Any] = self.links(actor) if self.takes_actor else self.links
        return stmt.subquery(name)

    def build_condition(self, row: Any, key: Any, actor: Actor) -> sa.ColumnElement[bool]:
        """Return the condition for the rows of a group; `row` is the id column of the list, None the missing value."""
        if self.links is not None:
            links = self.build_links(actor)
            ids, value = sa.select(links.c[0]), links.c[1]
            return row.not_in(ids) if key is None else row.in_(ids.where(value == key))
        if key is not None and self.unit is not None and self.in_days is not None:
            first, after = self.unit.parse(key)
            return self.in_days(first, after - timedelta(days=1))
        if key is not None and self.unit is not None:
            return is_in_dates(self.sql(actor) if self.takes_actor else self.sql, self.unit, actor.zone, key)
        own = self.build_key(actor)
        return own.is_(None) if key is None else own == key

    def parse_key(self, text: str) -> Any:
        """Parse the key of a group from a URL; "" is the missing value. Raises ValueError."""
        if not text:
            return None
        if self.unit is not None:
            self.unit.parse(text)
            return text
        match self.kind:
            case "enum":
                return self.enum_class(text)
            case "bool" if text in ("yes", "no"):
                return text == "yes"
            case "id":
                return row_id(text)
        if self.kind == "bool" or "\x00" in text:
            raise ValueError(text)
        return text[:MAX_TEXT_CHARS]

    def format_key(self, key: Any) -> str:
        """Return the key of a group for a URL."""
        if isinstance(key, bool):
            return "yes" if key else "no"
        return "" if key is None else str(getattr(key, "value", key))

    def load_labels(self, keys: Collection[Any], actor: Actor) -> dict[Any, str]:
        """Return the labels of keys as the actor sees them, "" for hidden records; ids are looked up in one statement.

        A key can come from an address, so a record needs the check here too.
        """
        names: Mapping[Any, str] = {}
        ids = [key for key in keys if key is not None] if self.kind == "id" else []
        if ids:
            stmt = sa.select(*self.names).where(is_one_of(self.names[0], ids))
            rows = fetch(stmt.where(visible(actor)) if self.is_record else stmt)
            names = {row[0]: next(filter(None, row[1:]), "") for row in rows}
        return {key: self._label(key, names) for key in keys}

    def _label(self, key: Any, names: Mapping[Any, str]) -> str:
        if key is None:
            return _("Not set")
        if self.unit is not None:
            return self.unit.describe(key)
        if self.kind == "id":
            return names.get(key, "")
        if self.kind == "bool":
            return _("Yes") if key else _("No")
        return formats.country(key) if self.kind == "country" else str(key)

    def rank(self, key: Any) -> int:
        """Return the place of a key in the order of a closed list; 0 where size decides."""
        if self.kind == "enum" and key is not None:
            return list(self.enum_class).index(key)
        return int(not key) if self.kind == "bool" else 0

    @property
    def has_order(self) -> bool:
        """Whether groups have an order of their own, such as stages and months."""
        return self.kind in ("enum", "bool") or self.unit is not None

    @classmethod
    def dates(cls, name: str, label: object, sql: Any, **more: Any) -> tuple[Self, ...]:
        """Make the groupings of a date or moment: by month, quarter, year, federal and state fiscal year."""
        return tuple(cls(f"{name}.{unit.value}", label, sql, "date", unit=unit, **more) for unit in DateUnit)


@dataclass(frozen=True)
class Measure:
    """A number of each row that groups add up or average.

    currency: for amounts of money, the expression of their currency, or its code if all rows have the same.
    separate_by: the names of groupings whose values shouldn't be mixed, because one can be part of another.
    note: what the number of a row contains, if its label doesn't say so.
    """

    name: str
    label: object
    sql: Any = field(repr=False)
    currency: Any = None
    can_sum: bool = True
    required_access: str | None = None
    separate_by: tuple[str, ...] = ()
    note: object = ""

    @property
    def has_currencies(self) -> bool:
        """Whether its amounts can have different currencies."""
        return self.currency is not None and not isinstance(self.currency, str)


class GroupValue(NamedTuple):
    grouping: Grouping
    key: Any

    @property
    def param(self) -> str:
        """The value of the parameter `in`."""
        return f"{self.grouping.name}:{self.grouping.format_key(self.key)}"


def list_groupings(listing: Listing, actor: Actor) -> tuple[Grouping, ...]:
    """Return the groupings of a list that the actor may use: those it declares, and those of its columns."""
    names = {grouping.name for grouping in listing.groupings}
    own = [grouping for col in listing.cols for grouping in _of_column(col) if grouping.name not in names]
    own += [currency_grouping(measure) for measure in all_measures(listing) if measure.has_currencies]
    if listing.confidential is not None:
        own.append(Grouping(CONFIDENTIAL, _l("Confidential"), listing.confidential, "bool", is_offered=False))
    every = (*listing.groupings, *own)
    return tuple(grouping for grouping in every if has_access(actor, grouping.required_access))


def currency_grouping(measure: Measure) -> Grouping:
    """Return the grouping by the currency of an amount."""
    label, access = _l("Currency of %(amount)s", amount=measure.label), measure.required_access
    return Grouping(f"{measure.name}.currency", label, measure.currency, required_access=access)


def _of_column(col: Col) -> tuple[Grouping, ...]:
    """Return the groupings of a column: of closed lists, yes and no, countries, dates."""
    column_type = getattr(col.sql, "type", None)
    access = col.required_access
    if isinstance(column_type, sa.Date | Instant):
        return Grouping.dates(col.name, col.label, col.sql, required_access=access)
    if isinstance(column_type, sa.Boolean):
        return (Grouping(col.name, col.label, col.sql, "bool", required_access=access),)
    if col.kind == "enum" and getattr(column_type, "enum_class", None) is not None:
        return (Grouping(col.name, col.label, col.sql, "enum", required_access=access),)
    if col.kind == "country":
        return (Grouping(col.name, col.label, col.sql, "country", required_access=access),)
    return ()


def all_measures(listing: Listing) -> tuple[Measure, ...]:
    """Return the measures that a list declares, and the amounts of money among its columns."""
    declared = {measure.name for measure in listing.measures}
    amounts = (
        Measure(col.name, col.label, col.sql, col.currency, required_access=col.required_access)
        for col in listing.cols
        if col.kind == "money" and col.sql is not None and col.currency is not None and col.name not in declared
    )
    return (*listing.measures, *amounts)


def list_measures(listing: Listing, actor: Actor) -> tuple[Measure, ...]:
    """Return the measures of a list that the actor may use."""
    return tuple(measure for measure in all_measures(listing) if has_access(actor, measure.required_access))


def parse_groups(listing: Listing, actor: Actor, texts: Sequence[str]) -> tuple[GroupValue, ...]:
    """Parse the parameters `in` of a list. Raises ValueError for an unknown grouping or key, and for too many."""
    if not texts:
        return ()
    if len(texts) > MAX_GROUPS:
        raise ValueError(texts[MAX_GROUPS])
    groupings = {grouping.name: grouping for grouping in list_groupings(listing, actor)}
    values = []
    for text in dict.fromkeys(texts):
        name, _colon, key = text.partition(":")
        if name not in groupings:
            raise ValueError(text)
        values.append(GroupValue(groupings[name], groupings[name].parse_key(key)))
    return tuple(values)
