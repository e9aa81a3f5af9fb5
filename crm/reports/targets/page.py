"""The page of targets: each with what is signed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from flask import url_for

from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.opportunities.money import MoneySum, add_sums
from crm.reference.queries import load_rates
from crm.reports.context import ReportContext
from crm.reports.periods import Period, PeriodKind
from crm.reports.queries import SavedTarget, Scope, list_saved_targets, sum_signed

from .amounts import percent_of
from .periods import find_named_period, name_months

MAX_TARGETS = 60
"""How many targets the page lists."""


@dataclass(frozen=True)
class TargetLine:
    """A target, what of it is signed, and the address of the list of the opportunities that were signed."""

    target: SavedTarget
    signed: MoneySum
    signed_url: str

    @property
    def percent(self) -> int:
        """How much of the target is signed, rounded down."""
        return percent_of(self.signed.usd, self.target.amount)


@dataclass(frozen=True)
class TargetGroup:
    """The targets of the same months."""

    name: str
    forecast_url: str | None
    lines: list[TargetLine]


def list_target_groups(actor: Actor) -> tuple[list[TargetGroup], bool]:
    """Return the targets that an actor sees by period, the latest first, and whether there are more."""
    targets = list_saved_targets(actor, MAX_TARGETS + 1)
    lines = _build_lines(actor, targets[:MAX_TARGETS])
    by_months = groupby(lines, lambda line: (line.target.from_on, line.target.to_on))
    groups = [TargetGroup(name_months(*months), _forecast_url(*months), list(own)) for months, own in by_months]
    return groups, len(targets) > MAX_TARGETS


def _build_lines(actor: Actor, targets: Sequence[SavedTarget]) -> list[TargetLine]:
    """Return the lines, all sums read with one statement; days and rates are those of the Forecast."""
    scopes = [Scope(actor, (target.team_id,), target.counselor_id) for target in targets]
    reads = [
        read
        for target, scope in zip(targets, scopes, strict=True)
        for read in (
            partial(load_rates, min(target.to_on, scope.day)),
            partial(sum_signed, scope, target.from_on, target.to_on),
        )
    ]
    results = run_together(*reads) if reads else []
    lines = []
    for target, scope, rates, rows in zip(targets, scopes, results[::2], results[1::2], strict=True):
        context = ReportContext(scope, Period(PeriodKind.month, target.from_on, target.to_on), rates, 0)
        url = context.opportunities_url(signed=f"{target.from_on}..{target.to_on}", priced="yes")
        lines.append(TargetLine(target, add_sums(rows, rates), url))
    return lines


def _forecast_url(first: object, last: object) -> str | None:
    period = find_named_period(first, last)  # type: ignore[arg-type]
    return url_for("reports.forecast", period=period.kind.value, at=period.first) if period else None
