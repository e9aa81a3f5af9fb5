"""What a list is: columns, filters, views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import sqlalchemy as sa

from crm.core.data.columns import labeled_column, own_columns
from crm.core.data.record import Record
from crm.core.errors import BadRequest
from crm.core.lists.derive import Choices, ColKind, FilterKind, build_condition, column_kind, enum_choices, filter_kind
from crm.core.policy import Actor
from crm.core.words import _l

Facts = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Col:
    """A column. `sql` None means that `after_page` gives the value under the column's name.

    sort: True sorts by `sql`, an expression by that; it is NOT NULL, or `nulls_last` is set.
    kind: `light` wants a day, or a pair (day, text); `link` from `after_page` wants a pair (id, text).
    `country`, `zone` and `hs` (customs) are codes that a page writes for people; exports keep the code.
    native: expression of the same name in its own script, shown dimmed beside it.
    path and ref: of a link, the address up to the id and the expression of the id.
    currency: of money, the expression of its code; without, the unit stands in the label.
    show: False leaves it to exports. sight: "money" hides it from those who do not see money, in filter and sort too.
    """

    name: str
    label: object
    sql: Any = None
    sort: Any = None
    kind: ColKind = "text"
    hide_phone: bool = False
    export: bool = True
    required_access: str | None = None
    native: Any = None
    path: str = ""
    ref: Any = None
    currency: Any = None
    nulls_last: bool = False
    show: bool = True

    @classmethod
    def of(cls, attribute: Any, **override: Any) -> Self:
        """Make the column of a mapped attribute: name, label, expression and kind; other keywords override them."""
        column = labeled_column(attribute)
        values = {"name": attribute.key, "label": column.info["label"], "sql": attribute, "kind": column_kind(column)}
        return cls(**(values | override))

    @classmethod
    def off_by_default(cls, entity: Any) -> tuple[Self, ...]:
        """Make the columns that a class marks as `in_lists`, in the order of its table."""
        return tuple(cls.of(attribute, show=False) for attribute in own_columns(entity, "in_lists"))

    @property
    def key(self) -> Any:
        """The expression rows are sorted by; None when it cannot be sorted by."""
        return self.sql if self.sort is True else self.sort

    @property
    def parts(self) -> tuple[Any, ...]:
        """Every expression the column needs, in the order of `page`'s makers."""
        return tuple(p for p in (self.sql, self.native, self.ref, self.currency) if p is not None)


@dataclass(frozen=True)
class Filter:
    """A question to the list. `where` gives the condition of a value; ValueError or LookupError in it is a 400.

    The value is: of `choice` a str, of `many` a tuple of str, of `text` a str, of `date` a date, of `num` a Decimal,
    of `bool` True, of `pick` an id. choices: pairs (value, label), or a callable of the actor that gives them.
    asks_actor: `where` is called with the actor after the value.
    """

    name: str
    label: object
    kind: FilterKind = "choice"
    where: Callable[..., Any] = field(default=lambda _value: sa.true(), repr=False)
    choices: Choices | Callable[[Actor], Choices] = ()
    required_access: str | None = None
    asks_actor: bool = False

    @classmethod
    def of(cls, attribute: Any, **override: Any) -> Self:
        """Make the filter of a mapped attribute: name, label, kind, choices and condition; keywords override them.

        Of a closed list one code is chosen, with `kind="many"` several; a text matches its beginning, a number or day
        itself.
        """
        column = labeled_column(attribute)
        kind = override.get("kind") or filter_kind(column)
        values = {"name": attribute.key, "label": column.info["label"], "kind": kind}
        values["where"] = partial(build_condition, attribute, column.type, kind)
        if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
            values["choices"] = enum_choices(column.type.enum_class)
        return cls(**(values | override))


@dataclass(frozen=True)
class View:
    """A named set of filters, in the words of the address: `View("late", _l("Late"), {"step": "late"})`."""

    name: str
    label: object
    filters: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""


ARCHIVED: Choices = (("yes", _l("Archived only")), ("all", _l("Include archived")))


@dataclass(frozen=True)
class Listing:
    """A list page.

    base gives the rows an actor may see as a SELECT (its columns are replaced); it begins from `visible_to`.
    entity is the class whose `id` names a row; when it has `archived_at` the list leaves archived rows out unless
    asked; when it has `confidential` exports leave confidential rows out.
    after_page makes further facts of the page's rows, by id and column name, in a fixed number of statements.
    search makes the condition of `q`; by default the search over names for records; False: the list has no `q`.
    sums: names of num or money columns added up over all rows, as long as the count is not capped.
    whole: `base` gives every record of the kind that the actor may see, so that they can be counted and searched in the
    table of records alone, without what is joined to it.
    path: the list's own address. row_path: what comes before a row's id in the address of its page, else the same.
    has_row_pages: False for rows without a page of their own: the first column is no link.
    """

    name: str
    title: object
    cols: tuple[Col, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = "name"
    base: Callable[[Actor], sa.Select[Any]] = field(default=lambda _actor: sa.select(Record), repr=False)
    after_page: Callable[[Collection[int], Actor], Facts] | None = None
    entity: Any = Record
    views: tuple[View, ...] = ()
    sums: tuple[str, ...] = ()
    whole: bool = False
    path: str = ""
    row_path: str = ""
    has_row_pages: bool = True
    template: str = "_ui/list.html"
    search: Callable[[str], Any] | bool | None = None
    per_page: int = 50

    def __post_init__(self) -> None:
        names = [c.name for c in self.cols]
        if len(set(names)) != len(names) or self.col(self.sort.removeprefix("-")) is None:
            raise ValueError(f"{self.name}: double column, or no column to sort by")

    @property
    def is_of_records(self) -> bool:
        """Whether its rows are records."""
        return isinstance(self.entity, type) and issubclass(self.entity, Record)

    @property
    def kind(self) -> str | None:
        """The kind of record its rows are; None when they are of any, or none."""
        return self.entity.__mapper__.polymorphic_identity if self.is_of_records else None

    @property
    def row_id(self) -> Any:
        """What names a row; of records the column their indexes have."""
        return Record.__table__.c.id if self.is_of_records else self.entity.id

    @property
    def has_archive(self) -> bool:
        """Whether its rows can be archived."""
        return hasattr(self.entity, "archived_at")

    @property
    def address(self) -> str:
        """The list's own path."""
        return self.path or f"/{self.name}/"

    def col(self, name: str) -> Col | None:
        """The column of that name."""
        return next((c for c in self.cols if c.name == name), None)

    def cols_for(self, actor: Actor) -> tuple[Col, ...]:
        """The columns this actor may know of."""
        return tuple(c for c in self.cols if has_access(actor, c.required_access))

    def filters_for(self, actor: Actor) -> tuple[Filter, ...]:
        """The filters this actor may use, with the one for the archive where there is one."""
        visible_filters = tuple(f for f in self.filters if has_access(actor, f.required_access))
        return (*visible_filters, self._archive_filter) if self.has_archive else visible_filters

    @property
    def _archive_filter(self) -> Filter:
        archived_at = self.entity.archived_at
        return Filter(
            "archived",
            _l("Archived"),
            "choice",
            lambda v: archived_at.is_not(None) if v == "yes" else sa.true(),
            ARCHIVED,
        )

    def views_for(self, actor: Actor) -> tuple[View, ...]:
        """The views all of whose filters this actor may use."""
        names = {f.name for f in self.filters_for(actor)}
        return tuple(v for v in self.views if names.issuperset(v.filters))


def has_access(actor: Actor, required_access: str | None) -> bool:
    """Return whether the actor may use a column or filter marked so. Raises BadRequest for an unknown mark."""
    if required_access is None:
        return True
    if required_access != "money":
        raise BadRequest(f"unknown required_access {required_access}")
    return not actor.hides_money
