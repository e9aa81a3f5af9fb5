"""Cells that several reports share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from crm.core.i18n import formats
from crm.core.words import _, ngettext
from crm.opportunities.money import MoneySum, format_sums, format_usd

from .layout import ChartBar, ReportCell

Key = TypeVar("Key")

MOST_SHOWN = 3
"""How many values may share the first place."""


def text_cell(text: str, url: str | None = None, note: str = "") -> ReportCell:
    return ReportCell(text, text, url, note=note)


def count_cell(count: int, url: str | None = None, *, tone: str = "") -> ReportCell:
    """Return a cell with a number; zero is blank and opens nothing."""
    return ReportCell(count, formats.num(count), url, tone) if count else ReportCell(0)


def usd_cell(total: MoneySum, url: str | None = None) -> ReportCell:
    """Return the sum in US dollars; currencies without a rate are below it, or in its place if it is zero."""
    if total.opportunity_count and not total.by_currency:
        return ReportCell(None, _("no amount"), currency="USD")
    unconverted, exact = format_sums(total.unconverted), format_sums(total.unconverted, short=False)
    if unconverted and not total.usd:
        return ReportCell(total.usd, unconverted, url, currency="USD", unconverted=exact)
    note = f"+ {unconverted}" if unconverted else ""
    text = format_usd(total.usd) if total.opportunity_count else ""
    return ReportCell(total.usd, text, url, note=note, currency="USD", unconverted=exact)


def weighted_cell(total: MoneySum, url: str | None = None) -> ReportCell:
    """Return the sum in US dollars weighted by probability; zero is blank, and so are opportunities without amounts."""
    if total.opportunity_count and not total.by_currency:
        return ReportCell(currency="USD")
    text = format_usd(total.weighted) if total.weighted else ""
    exact = format_sums(total.unconverted_weighted, short=False)
    return ReportCell(total.weighted, text, url, currency="USD", unconverted=exact)


def amounts_cell(total: MoneySum) -> ReportCell:
    """Return the exact sums of each currency, with the rates if they are converted; only files have them."""
    return ReportCell(format_sums(total.by_currency, total.rates if total.is_mixed else None, short=False))


def bar_usd_cells(bars: Iterable[ChartBar]) -> list[ReportCell]:
    """Return what bars in US dollars measure; zero is blank."""
    return [ReportCell(bar.whole, format_usd(bar.whole) if bar.whole else "", currency="USD") for bar in bars]


def amount_cell(amount: Decimal | None, currency: str) -> ReportCell:
    """Return the amount of one opportunity."""
    text = _("no amount") if amount is None else formats.money(amount, currency)
    return ReportCell(amount, text, currency=currency)


def hours_cell(minutes: int) -> ReportCell:
    """Return minutes as hours with one decimal; the file has the hours as a number."""
    if not minutes:
        return ReportCell(Decimal(0))
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.1"))
    return ReportCell(hours, formats.num(hours))


def hours_text(minutes: int) -> str:
    """Return minutes as hours in a sentence: "1 hour", "0.5 hours"."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.1"))
    text: str = ngettext("%(hours)s hour", "%(hours)s hours", 1 if hours == 1 else 2, hours=formats.num(hours))
    return text


def most_frequent(counts: Mapping[Key, int]) -> list[Key]:
    """Return the keys with the highest count; none if more than three share that place."""
    highest = max(counts.values(), default=0)
    keys = [key for key, count in counts.items() if count == highest]
    return keys if len(keys) <= MOST_SHOWN else []


def percent_cell(part: int, whole: int) -> ReportCell:
    """Return a share in whole percent; blank without a whole."""
    if not whole:
        return ReportCell()
    percent = formats.percent_of(part, whole)
    return ReportCell(percent, formats.percent(percent), is_percent=True)


def join_notes(*notes: Any) -> str:
    """Return the notes that aren't empty, with commas."""
    return ", ".join(str(note) for note in notes if note)
