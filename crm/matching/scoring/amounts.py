"""Quantities and capacities: a number, a unit and, for a capacity, a period, read from English and Chinese texts."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from crm.matching.scoring.data_files import read_lines
from crm.names.folding import fold

_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "quarter": 91.0, "year": 365.0}
_PERIODS = {
    "分钟": "minute",
    "小时": "hour",
    "日": "day",
    "天": "day",
    "周": "week",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "年": "year",
}
_PERIODS |= {name: name for name in _DAYS} | {
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "w": "week",
    "wk": "week",
    "m": "month",
    "mo": "month",
    "y": "year",
    "yr": "year",
    "annum": "year",
}
_PERIODS |= {"daily": "day", "weekly": "week", "monthly": "month", "annually": "year", "yearly": "year"}
_CHINESE = {"千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "k": 1e3, "thousand": 1e3, "million": 1e6}
_NUMBER = re.compile(
    r"(?<![a-z0-9.])(\d{1,3}(?:[, ]\d{3})+|\d+)(\.\d+)?\s*(千万|百万|千|万|亿|thousand\b|million\b|k\b)?\s*"
)
_UNIT = re.compile(r"[a-z]+[23]?|[\u4e00-\u9fff]+")
_LONG_UNIT = re.compile(r"([a-z]+)\.?\s*([a-z]+)")
_PERIOD = re.compile(
    # After a word, not within one ("for Utah", "100 Ah"); a letter only after "per" or a slash, not after "a": 100 A h.
    # Chinese text may follow or precede without a space.
    r"(?:(?<![a-z])(?:per|(?:an?|each|every)(?=\s+[a-z]{2}))(?![a-z])\s*|[/／每]\s*)"
    r"(?:(minute|hour|day|week|month|quarter|year|annum|min|hr|yr|wk|mo|[hdwmy])s?(?![a-z])|(分钟|小时|季度|[日天周月季年]))"
    r"|\b(daily|weekly|monthly|annually|yearly)\b|([日月年周])产"
)


@cache
def load_units() -> dict[str, tuple[str, float]]:
    """Return the unit and the factor of each written unit."""
    units: dict[str, tuple[str, float]] = {}
    for line in read_lines("units.txt"):
        unit, _, forms = line.partition(" = ")
        for form in forms.split(", "):
            written, factor = form.rsplit(" ", 1)
            units[written] = unit, float(factor)
    return units


class Amount(NamedTuple):
    """A number of units; `per` is minute, hour, day, week, month, quarter or year for a capacity.

    `text` is what was entered.
    """

    number: float
    unit: str = "piece"
    per: str | None = None
    text: str = ""

    @property
    def is_machine_rate(self) -> bool:
        """Whether it is what a machine does in a minute or hour."""
        return self.per in ("minute", "hour")

    def in_days(self, days: float) -> float:
        """Return what is available in a number of days; without a period the number itself."""
        return self.number if self.per is None else self.number * days / _DAYS[self.per]


def read_amount(text: str | None) -> Amount | None:
    """Return the first amount of a text such as "18,000 units", "20 t/day" or "月产3万套"; None if it has no number."""
    if not text:
        return None
    plain = text.casefold().replace("，", ",").replace("²", "2").replace("³", "3")
    match = _NUMBER.search(plain)
    if match is None:
        return None
    digits, decimals, scale = match.groups()
    number = float(re.sub(r"[, ]", "", digits) + (decimals or "")) * _CHINESE.get(scale or "", 1.0)
    unit, factor = _read_unit(plain[match.end() :])
    return Amount(number * factor, unit, _read_period(plain), text.strip())


def _read_unit(rest: str) -> tuple[str, float]:
    text = fold(rest).lstrip()
    words = _LONG_UNIT.match(text)
    if words and " ".join(words.groups()) in load_units():
        return load_units()[" ".join(words.groups())]
    word = _UNIT.match(text)
    if word is None:
        return "piece", 1.0
    unit = word[0]
    while unit:
        if unit in load_units():
            return load_units()[unit]
        # "台水表": the unit is the beginning of a run of Chinese characters.
        unit = "" if unit.isascii() else unit[:-1]
    return "piece", 1.0


def _read_period(plain: str) -> str | None:
    match = _PERIOD.search(plain)
    if match is None:
        return None
    word = next(part for part in match.groups() if part)
    return _PERIODS[word]
