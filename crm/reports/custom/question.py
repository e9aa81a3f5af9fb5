"""The choices of a custom report, from its address or as saved: groupings, a number, a period, and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from crm.core import clock
from crm.core.i18n import formats
from crm.core.lists import Grouping, Listing, ListState, Measure, parse
from crm.core.lists.group_dates import DateUnit
from crm.core.lists.grouping import CONFIDENTIAL, GroupValue, list_groupings, list_measures
from crm.core.lists.state import refuse
from crm.core.policy import Actor
from crm.core.words import LabeledEnum, _, _l

from .kinds import get_kind

OWN_PARAMS = ("by", "by2", "measure", "show", "on", "period")
"""The parameters of a report besides the filters of its list; no list has filters of these names."""
TABLE_ONLY = "table"
MAX_QUERY_CHARS = 2000
Params = MultiDict[str, str]


class Operation(LabeledEnum):
    """What a report does with the numbers of a group."""

    sum = "sum", _l("Sum")
    average = "average", _l("Average")


class ReportNumber(NamedTuple):
    """What a report shows for each group besides the number of records."""

    operation: Operation
    measure: Measure

    @property
    def code(self) -> str:
        """The value of the parameter `measure`."""
        return f"{self.operation.value}:{self.measure.name}"

    @property
    def label(self) -> str:
        """The label: "Sum of amount"."""
        text = _("Sum of %(number)s") if self.operation is Operation.sum else _("Average of %(number)s")
        return text % {"number": formats.within(self.measure.label)}


class RecentPeriod(LabeledEnum):
    """A period that moves with today's date."""

    unit: DateUnit
    is_last: bool

    this_month = "this_month", _l("This month"), DateUnit.month, False
    last_month = "last_month", _l("Last month"), DateUnit.month, True
    this_quarter = "this_quarter", _l("This quarter"), DateUnit.quarter, False
    last_quarter = "last_quarter", _l("Last quarter"), DateUnit.quarter, True
    this_year = "this_year", _l("This year"), DateUnit.year, False
    last_year = "last_year", _l("Last year"), DateUnit.year, True
    this_fiscal = "this_fiscal", _l("This federal fiscal year"), DateUnit.fiscal, False
    last_fiscal = "last_fiscal", _l("Last federal fiscal year"), DateUnit.fiscal, True
    this_state = "this_state", _l("This state fiscal year"), DateUnit.state, False
    last_state = "last_state", _l("Last state fiscal year"), DateUnit.state, True

    def __init__(self, _code: str, _label: object, unit: DateUnit, is_last: bool) -> None:  # noqa: FBT001 - a member
        self.unit = unit
        self.is_last = is_last

    def key_on(self, today: date) -> str:
        """Return the key of the period on a day."""
        key = self.unit.key_of(today)
        return self.unit.key_of(self.unit.parse(key)[0] - date.resolution) if self.is_last else key


@dataclass(frozen=True)
class Question:
    """What a custom report asks. Without groupings it isn't complete yet.

    `state` are the filters of the list; `days` is the period as one more group of it.
    """

    kind: str
    listing: Listing
    state: ListState
    groupings: tuple[Grouping, ...] = ()
    number: ReportNumber | None = None
    is_table_only: bool = False
    on: str = ""
    period: RecentPeriod | None = None
    days: GroupValue | None = None

    @cached_property
    def counted(self) -> ListState:
        """The rows that the report counts: those of its filters and period."""
        return replace(self.state, groups=(self.days,) if self.days else ())

    def url_of(self, *groups: GroupValue) -> str:
        """Return the address of the list that shows exactly the records of groups; confidential ones aren't counted."""
        hidden = Grouping(CONFIDENTIAL, "", kind="bool")
        return replace(self.counted, groups=(*self.counted.groups, *groups, GroupValue(hidden, key=False))).url()

    @property
    def query(self) -> str:
        """The choices as in the address of the builder, and as saved."""
        own = {f"by{n if n > 1 else ''}": grouping.name for n, grouping in enumerate(self.groupings, 1)}
        own |= {"measure": self.number.code} if self.number else {}
        own |= {"show": TABLE_ONLY} if self.is_table_only else {}
        own |= {"on": self.on, "period": self.period.value} if self.period else {}
        filters = [(name, value) for name, values in self.state.raw.items() for value in values]
        return urlencode([*own.items(), *filters, *([("q", self.state.q)] if self.state.q else [])])

    @property
    def title(self) -> str:
        """The title: "Sum of amount: Opportunities by stage and counselor"."""
        by = _(" and ").join(formats.within(grouping.full_label) for grouping in self.groupings)
        title = _("%(records)s by %(groupings)s", records=self.listing.title, groupings=by)
        return f"{self.number.label}: {title}" if self.number else title


def list_numbers(listing: Listing, actor: Actor) -> list[ReportNumber]:
    """Return the sums and averages that the actor may ask for."""
    measures = list_measures(listing, actor)
    operations = [(op, m) for m in measures for op in Operation if op is not Operation.sum or m.can_sum]
    return [ReportNumber(*pair) for pair in operations]


def list_dates(listing: Listing, actor: Actor) -> list[tuple[str, str]]:
    """Return the dates of a kind of records, by which a period can be chosen; first the one that sorts its list."""
    groupings = list_groupings(listing, actor)
    dates = [(g.name.rpartition(".")[0], str(g.label)) for g in groupings if g.unit is DateUnit.month]
    return sorted(dates, key=lambda pair: pair[0] != listing.sort.lstrip("-"))


def list_choices(listing: Listing, actor: Actor) -> list[Grouping]:
    """Return the groupings that the actor may choose, in the order of their labels; dates last."""
    offered = [grouping for grouping in list_groupings(listing, actor) if grouping.is_offered]
    return sorted(offered, key=lambda g: (g.unit is not None, str(g.label)))


def parse_query(kind: str, query: str, actor: Actor) -> Question:
    """Parse saved choices. Raises BadRequest for those that the actor doesn't have."""
    return parse_question(kind, MultiDict(parse_qsl(query)), actor)


def parse_question(kind: str, params: Params, actor: Actor) -> Question:
    """Parse the choices of an address. Raises BadRequest, and NotFound for an unknown kind."""
    listing = get_kind(kind, actor).listing
    own = {name: params.get(name, "") for name in OWN_PARAMS}
    filters = MultiDict([(k, x) for k, x in params.items(multi=True) if k not in OWN_PARAMS])
    allowed = {f.name for f in listing.filters_for(actor)} | ({"q"} if listing.search is not False else set())
    for name in filters:
        if name not in allowed:
            raise refuse(name)
    if own["show"] not in ("", TABLE_ONLY):
        raise refuse(own["show"])
    question = Question(kind, listing, parse(listing, filters, actor))
    return _read_own(question, own, actor)


def _read_own(question: Question, own: Mapping[str, str], actor: Actor) -> Question:
    choices = {grouping.name: grouping for grouping in list_choices(question.listing, actor)}
    names = list(dict.fromkeys(filter(None, (own["by"], own["by2"]))))
    numbers = {number.code: number for number in list_numbers(question.listing, actor)}
    period, days = _read_period(question.listing, own, actor)
    return replace(
        question,
        groupings=tuple(_pick(choices, name) for name in names),
        number=_pick(numbers, own["measure"]) if own["measure"] else None,
        is_table_only=own["show"] == TABLE_ONLY,
        on=days.grouping.name.rpartition(".")[0] if days else "",
        period=period,
        days=days,
    )


def _pick(choices: Mapping[str, Any], name: str) -> Any:
    if name not in choices:
        raise refuse(name)
    return choices[name]


def _read_period(
    listing: Listing, own: Mapping[str, str], actor: Actor
) -> tuple[RecentPeriod | None, GroupValue | None]:
    """Return the period, and the group of the list that it is today."""
    dates = dict(list_dates(listing, actor))
    if own["on"] and own["on"] not in dates:
        raise refuse(own["on"])
    if not own["period"]:
        return None, None
    try:
        period = RecentPeriod.from_code(own["period"])
    except ValueError as error:
        raise refuse(own["period"]) from error
    name = own["on"] or next(iter(dates), "")
    grouping = _pick({g.name: g for g in list_groupings(listing, actor)}, f"{name}.{period.unit.value}")
    return period, GroupValue(grouping, period.key_on(clock.today(actor.zone)))
