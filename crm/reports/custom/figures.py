"""The figures of a custom report: its groups with labels, in their order, and the sums of rows, columns and all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.core.i18n import formats
from crm.core.lists.count import count_confidential
from crm.core.lists.grouped import GroupSum, sum_groups
from crm.core.lists.grouping import Grouping, GroupValue, currency_grouping, list_groupings
from crm.core.lists.query import build_filtered
from crm.core.policy import Actor
from crm.reports.cells import count_cell
from crm.reports.layout import ReportCell

from .question import Operation, Question, ReportNumber

MAX_PERIODS = 120
"""Up to how many months the empty ones between the first and the last are shown."""
Keys = tuple[Any, ...]
Sums = dict[tuple[Keys, str], GroupSum]
NOTHING = GroupSum((), "", 0, Decimal(), 0)


@dataclass(frozen=True)
class Axis:
    """A grouping with its keys in the order of the report, and their labels."""

    grouping: Grouping
    keys: list[Any]
    labels: dict[Any, str]

    def value(self, key: Any) -> GroupValue:
        """Return a group."""
        return GroupValue(self.grouping, key)


@dataclass(frozen=True)
class ReportFigures:
    """What is counted. `cells` are by the keys of both groupings, `rows` and `columns` by those of one.

    `confidential` are records of the reader that no figure contains; `mixed` are the groupings whose values are
    added up or averaged although one can be part of another.
    """

    question: Question
    axes: tuple[Axis, ...]
    cells: Sums
    rows: Sums
    columns: Sums
    totals: Sums
    confidential: int
    mixed: tuple[Grouping, ...] = ()

    @property
    def currencies(self) -> list[str]:
        """The currencies of the amounts; one empty text if nothing is counted in money."""
        return sorted({currency for _keys, currency in self.totals}) or [""]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(total.records for total in self.totals.values())

    @property
    def has_several(self) -> bool:
        """Whether a record can be in several groups."""
        return any(axis.grouping.links is not None for axis in self.axes)

    @property
    def bar_label(self) -> str:
        """What bars measure: the number that is chosen; the records if amounts have several currencies."""
        number = self.question.number
        return str(self.question.listing.title) if number is None or len(self.currencies) > 1 else number.label

    def lines(self) -> list[tuple[Any, str]]:
        """Return the keys of the rows, each with the currencies that it has."""
        currencies = self.currencies
        pairs = [(key, currency) for key in self.axes[0].keys for currency in currencies]
        return [pair for pair in pairs if len(currencies) == 1 or ((pair[0],), pair[1]) in self.rows]

    def amount(self, group: GroupSum) -> Decimal:
        """Return what a report shows for a group: its records, their sum or their average."""
        return _measure(self.question.number, group)

    def text(self, group: GroupSum) -> str:
        """Return the amount of a group as a reader sees it."""
        return self.cell(group).text or "0"

    def cell(self, group: GroupSum, url: str | None = None) -> ReportCell:
        number = self.question.number
        if number is None or not group.records:
            return count_cell(group.records, url)
        if not group.filled:
            return ReportCell(None, "–", url)
        amount, currency = self.amount(group), group.currency
        if number.operation is Operation.average:
            amount = amount.quantize(Decimal("0.01" if currency else "0.1"))
        elif not currency and amount == int(amount):
            return ReportCell(int(amount), formats.num(int(amount)), url)
        return ReportCell(amount, formats.amount(amount, currency), url, currency=currency)

    def url(self, currency: str, *groups: GroupValue) -> str:
        """Return the address of the list with the records of groups, of one currency if amounts have several."""
        number = self.question.number
        if number is not None and len(self.currencies) > 1:
            groups = (*groups, GroupValue(currency_grouping(number.measure), currency))
        return self.question.url_of(*groups)


def _measure(number: ReportNumber | None, group: GroupSum) -> Decimal:
    """Return the records of a group, or their sum or average."""
    if number is None:
        return Decimal(group.records)
    if number.operation is Operation.sum:
        return group.total
    return group.total / group.filled if group.filled else Decimal()


def load_figures(question: Question, actor: Actor) -> ReportFigures:
    """Load the figures of a question, in a number of statements that depends on its groupings only."""
    measure = question.number.measure if question.number else None

    groupings = question.groupings
    has_links = [grouping.links is not None for grouping in groupings]
    # Records can be in several groups of a grouping with links: those sums must not be added up.
    each: list[Sequence[Grouping]] = [groupings]
    if len(groupings) > 1:
        each += [[groupings[1 - n]] for n in (1, 0) if has_links[n]]
    if all(has_links):
        each.append(())
    lists = sum_groups(question.listing, actor, question.counted, each, measure)
    loaded = iter([{(group.keys, group.currency): group for group in groups} for groups in lists])
    cells = next(loaded)
    rows = cells
    columns = {}
    if len(groupings) > 1:
        rows = next(loaded) if has_links[1] else _add_up(cells, 1)
        columns = next(loaded) if has_links[0] else _add_up(cells, 0)
    parts = [sums for sums, several in zip((rows, columns), has_links, strict=False) if not several]
    totals = _add_up(parts[0], 0) if parts else next(loaded)
    stmt = build_filtered(question.listing, actor, question.counted)
    return ReportFigures(
        question=question,
        axes=tuple(_axis(question, n, sums, actor) for n, sums in enumerate([rows, columns][: len(groupings)])),
        cells=cells,
        rows=rows,
        columns=columns,
        totals={key: total for key, total in totals.items() if total.records},
        confidential=count_confidential(stmt, question.listing),
        mixed=_find_mixed(question, actor),
    )


def _find_mixed(question: Question, actor: Actor) -> tuple[Grouping, ...]:
    """Return the groupings of which several values are added up or averaged although they shouldn't be."""
    number = question.number
    if number is None or not number.measure.separate_by:
        return ()
    groupings = [g for g in list_groupings(question.listing, actor) if g.name in number.measure.separate_by]
    groups = sum_groups(question.listing, actor, question.counted, [groupings], number.measure)[0]
    keys = [{group.keys[n] for group in groups if group.filled} for n in range(len(groupings))]
    return tuple(g for g, own in zip(groupings, keys, strict=True) if len(own) > 1)


def _add_up(sums: Sums, place: int) -> Sums:
    """Add up groups over the keys at a place."""
    result: Sums = {}
    for (keys, currency), group in sums.items():
        rest = (*keys[:place], *keys[place + 1 :])
        own = result.get((rest, currency), NOTHING)
        numbers = (own.records + group.records, own.total + group.total, own.filled + group.filled)
        result[rest, currency] = GroupSum(rest, currency, *numbers)
    return result


def _axis(question: Question, place: int, sums: Sums, actor: Actor) -> Axis:
    """Return the keys of a grouping: in their own order, or the largest first; those without a value last.

    The largest have the most records if amounts have several currencies.
    """
    grouping = question.groupings[place]
    has_currencies = len({currency for _keys, currency in sums}) > 1
    sizes: dict[Any, Decimal] = {}
    for ((key, *_rest), _currency), group in sums.items():
        size = Decimal(group.records) if has_currencies else _measure(question.number, group)
        sizes[key] = sizes.get(key, Decimal()) + size
    keys: list[Any] = list(sizes)
    if grouping.unit is not None:
        keys = _fill_gaps(grouping, keys)
    labels = grouping.load_labels(keys, actor)
    if grouping.has_order:
        keys.sort(key=lambda key: (key is None, grouping.rank(key), grouping.format_key(key)))
    else:
        keys.sort(key=lambda key: (key is None, -sizes[key], labels[key]))
    return Axis(grouping, keys, labels)


def _fill_gaps(grouping: Grouping, keys: Iterable[Any]) -> list[Any]:
    """Add the months, quarters or years without records between the first and the last."""
    own = sorted(key for key in keys if key is not None)
    missing = [key for key in keys if key is None]
    every, unit = own[:1], grouping.unit
    while unit is not None and every and every[-1] != own[-1]:
        every.append(unit.following(every[-1]))
        if len(every) > MAX_PERIODS:
            return [*own, *missing]
    return [*every, *missing]
