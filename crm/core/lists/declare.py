"""What a list consists of: columns, filters, views."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from crm.core.data.columns import labeled_column, own_columns
from crm.core.data.record import Record
from crm.core.errors import BadRequest
from crm.core.lists.derive import Choices, ColKind, FilterKind, build_condition, column_kind, enum_choices, filter_kind
from crm.core.lists.editing import RowEditing
from crm.core.policy import Actor
from crm.core.words import _, _l

if TYPE_CHECKING:
    from crm.core.lists.grouping import Grouping, Measure

Facts = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Col:
    """A column. `sql` None means that `after_page` returns the value under the column's name.

    sort: True sorts by `sql`, an expression by that; it is NOT NULL, or `nulls_last` is set.
    kind: `light` needs a date, or a pair (date, text); `link` from `after_page` needs a pair (id, text). `country`,
    `zone` and `hs` (customs) are codes that a page formats; exports keep the code. `long` is text that wraps. `user` is
    the name of a user: a short one stays on one line. `unit` is that of the number in the column before it.
    native: expression of the same name in its native script, shown dimmed beside it.
    path and ref: for links, the URL before the id and the expression of the id. show: False limits it to exports.
    currency: for money, the expression of its code; without it, the unit is in the label.
    required_access: "money" hides it from users who may not see money, also in filter and sort.
    field: the form field that edits it, if `Listing.editing` has one. is_unique: no two rows have the same value.
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
    field: str = ""
    is_unique: bool = False

    @classmethod
    def of(cls, attribute: Any, **override: Any) -> Self:
        """Make the column of a mapped attribute: name, label, expression and kind; other keywords override them."""
        column = labeled_column(attribute)
        values = {"name": attribute.key, "label": column.info["label"], "sql": attribute, "kind": column_kind(column)}
        values |= {"field": attribute.key, "is_unique": bool(column.unique)}
        return cls(**(values | override))

    @classmethod
    def off_by_default(cls, entity: Any) -> tuple[Self, ...]:
        """Make the columns that a class marks as `in_lists`, in the order of its table."""
        return tuple(cls.of(attribute, show=False) for attribute in own_columns(entity, "in_lists"))

    @property
    def key(self) -> Any:
        """The expression that rows are sorted by; None when the column can't be sorted."""
        return self.sql if self.sort is True else self.sort

    @property
    def parts(self) -> tuple[Any, ...]:
        """All expressions that the column needs, in the order that `cells.makers` reads them."""
        return tuple(p for p in (self.sql, self.native, self.ref, self.currency) if p is not None)


@dataclass(frozen=True)
class Filter:
    """A filter. `where` returns the condition for a value; ValueError or LookupError in it is a 400.

    The value is a str for `choice` and `text`, a tuple of str for `many`, a date for `date`, a Decimal for `num`, True
    for `bool`, an id for `pick`. choices: pairs (value, label), or a callable of the actor that returns them.
    takes_actor: `where` is called with the actor after the value.
    exists: whether there still is what a value of a saved address names, such as a tag; None if that can't change.
    """

    name: str
    label: object
    kind: FilterKind = "choice"
    where: Callable[..., Any] = field(default=lambda _value: sa.true(), repr=False)
    choices: Choices | Callable[[Actor], Choices] = ()
    required_access: str | None = None
    takes_actor: bool = False
    exists: Callable[[str, Actor], bool] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, attribute: Any, **override: Any) -> Self:
        """Make the filter of a mapped attribute: name, label, kind, choices and condition; keywords override them.

        For a closed list one code is chosen, with `kind="many"` several; a text matches its beginning, a number or date
        exactly.
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
    """A named set of filters as in the URL: `View("late", _l("Late"), {"step": "late"})`."""

    name: str
    label: object
    filters: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""


ARCHIVED: Choices = (("yes", _l("Archived only")), ("all", _l("Include archived")))


@dataclass(frozen=True, eq=False)
class Listing:
    """A list page.

    base: returns the rows an actor may see as a SELECT (its columns are replaced); it starts from `visible_to`.
    entity: the class whose `id` identifies a row; if it has `archived_at` the list omits archived rows by default.
    confidential: which rows exports and reports omit; default: the entity's column, None if no row is confidential.
    after_page: returns further values for the page's rows, by id and column name, in a fixed number of statements.
    search: returns the condition of `q`; default: the search over names of records; False: the list has no `q`.
    sums: names of num columns, or money columns in US dollars, added up over all rows unless the count is capped.
    whole: `base` returns every record of the kind that the actor may see, so that rows can be counted and searched in
    the record table alone, without joins; it takes an access profile, too.
    path: the list's URL. row_path: the URL of a row's page before the id, default `path`.
    shows_archived: its rows are archived records, so it has no filter for them.
    has_row_pages: False for rows without a page of their own: the first column is no link.
    editing: how rows are changed from the list; None when they aren't.
    build_cards: returns the vCards of records, given their ids and the version; None when they aren't contacts.
    groupings, measures: what reports group and add up, besides the columns with dates, closed lists and amounts.
    """

    name: str
    title: object
    cols: tuple[Col, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = "name"
    base: Callable[[Any], sa.Select[Any]] = field(default=lambda _actor: sa.select(Record), repr=False)
    after_page: Callable[[Collection[int], Actor], Facts] | None = None
    entity: Any = Record
    confidential: Any = None
    views: tuple[View, ...] = ()
    sums: tuple[str, ...] = ()
    whole: bool = False
    path: str = ""
    row_path: str = ""
    has_row_pages: bool = True
    shows_archived: bool = False
    template: str = "_ui/list.html"
    search: Callable[[str], Any] | bool | None = None
    per_page: int = 50
    editing: RowEditing | None = None
    build_cards: Callable[[Actor, Collection[int], str], Iterable[str]] | None = None
    groupings: tuple[Grouping, ...] = ()
    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        names = [c.name for c in self.cols]
        if len(set(names)) != len(names) or self.col(self.sort.removeprefix("-")) is None:
            raise ValueError(f"{self.name}: double column, or no column to sort by")
        if self.confidential is None:
            object.__setattr__(self, "confidential", getattr(self.entity, "confidential", None))

    @property
    def formats(self) -> dict[str, str]:
        """The formats of its files, with their names."""
        cards = {"vcf": _("vCard 4.0"), "vcf3": _("vCard 3.0")} if self.build_cards else {}
        return {"csv": "CSV", "xlsx": "XLSX"} | cards

    @property
    def is_of_records(self) -> bool:
        return isinstance(self.entity, type) and issubclass(self.entity, Record)

    @property
    def kind(self) -> str | None:
        """The record kind of its rows; None when they are of several kinds, or not records."""
        return self.entity.__mapper__.polymorphic_identity if self.is_of_records else None

    @property
    def row_id(self) -> Any:
        """The column that identifies a row; for records the one in their indexes."""
        return Record.__table__.c.id if self.is_of_records else self.entity.id

    @property
    def has_archive(self) -> bool:
        """Whether it omits archived rows by default."""
        return hasattr(self.entity, "archived_at") and not self.shows_archived

    @property
    def address(self) -> str:
        """The list's own URL path."""
        return self.path or f"/{self.name}/"

    def col(self, name: str) -> Col | None:
        return next((c for c in self.cols if c.name == name), None)

    def cols_for(self, actor: Actor) -> tuple[Col, ...]:
        """Return the columns that the actor may see."""
        return tuple(c for c in self.cols if has_access(actor, c.required_access))

    def filters_for(self, actor: Actor) -> tuple[Filter, ...]:
        """Return the filters that the actor may use, including the one for archived rows if there is one."""
        visible_filters = tuple(f for f in self.filters if has_access(actor, f.required_access))
        return (*visible_filters, self._archive_filter) if self.has_archive else visible_filters

    @cached_property
    def _archive_filter(self) -> Filter:
        archived_at = self.entity.archived_at
        # Records that were merged into others are in no list.
        exists = self.entity.merged_into_id.is_(None) if self.is_of_records else sa.true()
        return Filter(
            "archived",
            _l("Archived"),
            "choice",
            lambda v: sa.and_(archived_at.is_not(None), exists) if v == "yes" else exists,
            ARCHIVED,
        )

    def views_for(self, actor: Actor) -> tuple[View, ...]:
        """Return the views whose filters the actor may all use."""
        names = {f.name for f in self.filters_for(actor)}
        return tuple(v for v in self.views if names.issuperset(v.filters))


def has_access(actor: Actor, required_access: str | None) -> bool:
    """Return whether the actor may use a column or filter marked so. Raises BadRequest for an unknown mark."""
    if required_access is None:
        return True
    if required_access != "money":
        raise BadRequest(f"unknown required_access {required_access}")
    return not actor.hides_money
