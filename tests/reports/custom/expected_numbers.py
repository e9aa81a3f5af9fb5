"""How the numbers of custom reports are read from exported rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.interactions.models import InteractionTime
from crm.opportunities.models import OpportunityChange
from tests.reports.random_records import Row, plain_rows

Number = Callable[[Row], Any]


def read_number(name: str) -> Number:
    """Return how to read a number of a row."""
    if name.endswith("_minutes"):
        return _sum_minutes(name.removesuffix("_minutes"))
    return _count_slips() if name == "slips" else lambda row: row[name]


def _sum_minutes(kind: str) -> Number:
    sums: dict[int, int] = {}
    for row in plain_rows(InteractionTime):
        sums[row["interaction_id"]] = sums.get(row["interaction_id"], 0) + row[kind]
    return lambda row: sums.get(row["id"])


def _count_slips() -> Number:
    slips: dict[int, int] = {}
    for row in plain_rows(OpportunityChange):
        if row["field"] == "close" and row["old"] and (not row["new"] or row["new"] > row["old"]):
            slips[row["opportunity_id"]] = slips.get(row["opportunity_id"], 0) + 1
    return lambda row: slips.get(row["id"], 0)
