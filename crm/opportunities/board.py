"""The board: five columns of opportunities with counts and sums, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Any

import sqlalchemy as sa

from crm.calendars import add_months, federal_year_start
from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Instant, Select
from crm.core.data.record_dates import RecordDates
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, confidential_note, join_facts

from . import queries
from .change_conditions import signed_between
from .conditions import (
    OPEN,
    OPPORTUNITY,
    SIGNED,
    day_start,
    is_hidden_confidential,
    soon_until,
    visibility_keys,
)
from .lists import Filters, is_hidden_on_board, may_count_hidden, select_on_board
from .money import money_columns
from .policy import OpportunityStage, StageGroup
from .queries import OpportunityRow
from .totals import BoardTotal, CountRow, add_totals

CARDS = 15
"""The most cards in a column; the list has the rest."""


@dataclass(frozen=True)
class BoardColumn:
    """A column of the board; `hidden` counts confidential opportunities that the reader may not see."""

    group: StageGroup
    total: BoardTotal
    hidden: int
    cards: list[OpportunityRow]

    @property
    def stages(self) -> str:
        """The codes of its stages in their order, separated by spaces."""
        return " ".join(str(stage.value) for stage in OpportunityStage if stage.group is self.group)

    @property
    def more_count(self) -> int:
        """How many opportunities have no card."""
        return self.total.count - len(self.cards)

    @property
    def summary(self) -> str:
        """The sums, and what they leave out."""
        parts = (self.total.sums_text, self.total.without_amount_text, confidential_note(self.hidden))
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Board:
    """The columns, and the total of all open opportunities; `since`, `until`: days of the federal fiscal year."""

    columns: list[BoardColumn]
    open: BoardTotal
    hidden: int
    since: date
    until: date

    @property
    def is_empty(self) -> bool:
        """Whether there is no opportunity, not even a hidden one."""
        return not self.hidden and not any(column.total.count for column in self.columns)

    @property
    def first_group(self) -> StageGroup:
        """The column that a phone shows first: one with something overdue, else one with something in it."""
        overdue = (column for column in self.columns if column.total.overdue)
        filled = (column for column in self.columns if column.total.count)
        return next(chain(overdue, filled, self.columns)).group

    @property
    def summary(self) -> str:
        """How many are open, their sums, and how many are hidden."""
        count = _("%(n)s open", n=formats.num(self.open.count))
        return join_facts((count, self.open.summary, confidential_note(self.hidden)))


def load_board(actor: Actor, filters: Filters) -> Board:
    """Load the board of the filtered opportunities: open ones, and those signed in this federal fiscal year.

    Confidential ones that the actor may not see are counted only where no filter would reveal one.
    """
    since = federal_year_start(clock.today(actor.zone))
    until = add_months(since, 12)
    params = {
        **visibility_keys(actor),
        "signed_since": day_start(since, actor.zone),
        "signed_until": day_start(until, actor.zone),
        "soon": soon_until(actor),
    }
    counted, cards, hidden = run_together(
        partial(_load_counts, actor, filters, params),
        partial(_cards, actor, filters, params),
        lambda: dict(map(tuple, _select_hidden_counts(actor, filters, **params))) if may_count_hidden(filters) else {},
    )
    columns = [
        BoardColumn(
            group,
            add_totals(r for r in counted if r.stage and r.stage.group is group),
            sum(n for stage, n in hidden.items() if stage.group is group),
            cards[group],
        )
        for group in StageGroup
    ]
    still_open = add_totals(r for r in counted if r.stage in OPEN)
    return Board(columns, still_open, sum(n for s, n in hidden.items() if s in OPEN), since, until - timedelta(days=1))


def _load_counts(actor: Actor, filters: Filters, params: dict[str, Any]) -> list[CountRow]:
    sums, late = run_together(partial(_sums, actor, filters, **params), partial(_overdue, actor, filters, **params))
    overdue = {row[:3]: row[3] for row in late}
    return [
        CountRow(stage, currency, n, overdue.get((key, stage, currency), 0), *money)
        for key, stage, currency, n, *money in sums
    ]


GROUP_COLUMNS = (OPPORTUNITY.c.visibility_key, OPPORTUNITY.c.stage, OPPORTUNITY.c.currency)
"""The grouping of the counts, in the order of an index, so that nothing is sorted."""


SIGNED_SINCE, SIGNED_UNTIL = (sa.bindparam(name, type_=Instant) for name in ("signed_since", "signed_until"))
IS_SIGNED_THIS_YEAR = signed_between(SIGNED_SINCE, SIGNED_UNTIL)
IS_ON_BOARD = sa.or_(OPPORTUNITY.c.stage.in_(OPEN), IS_SIGNED_THIS_YEAR)
"""Open, or signed in this federal fiscal year."""


def _on_board(viewer: AccessProfile, filters: Filters) -> sa.Select[Any]:
    return select_on_board(viewer, filters).where(IS_ON_BOARD)


@cached_query
def _sums(viewer: AccessProfile, filters: Filters) -> Select:
    stmt = _on_board(viewer, filters)
    return stmt.with_only_columns(
        *GROUP_COLUMNS, sa.func.count(), *money_columns(), maintain_column_froms=True
    ).group_by(*GROUP_COLUMNS)


@cached_query
def _overdue(viewer: AccessProfile, filters: Filters) -> Select:
    """Count the opportunities with an overdue follow-up that the viewer's teams may see."""
    late = sa.select(RecordDates.record_id).where(RecordDates.next_follow_up_on < viewer.today)
    if not viewer.sees_all_teams:
        late = late.where(of_own_teams(viewer, RecordDates.team_key))
    stmt = _on_board(viewer, filters).where(OPPORTUNITY.c.id.in_(late))
    return stmt.with_only_columns(*GROUP_COLUMNS, sa.func.count(), maintain_column_froms=True).group_by(*GROUP_COLUMNS)


def _cards(actor: Actor, filters: Filters, params: dict[str, Any]) -> dict[StageGroup, list[OpportunityRow]]:
    """Return the cards of each column, the longest in their stage first."""
    ids: dict[StageGroup, list[int]] = {group: [] for group in StageGroup}
    for row in _first(actor, filters, **params):
        group_ids = ids[row.stage.group]
        if len(group_ids) < CARDS:
            group_ids.append(row.id)
    opportunities = queries.load_opportunities(actor, list(chain(*ids.values())))
    return {group: [opportunities[i] for i in group_ids] for group, group_ids in ids.items()}


@cached_query
def _first(viewer: AccessProfile, filters: Filters) -> Select:
    """Select the first cards of each stage; each part of the union reads a range of an index and stops."""
    columns = (OPPORTUNITY.c.id, OPPORTUNITY.c.stage, OPPORTUNITY.c.stage_since)
    stmt = select_on_board(viewer, filters).with_only_columns(*columns, maintain_column_froms=True)
    stmts = [stmt.where(OPPORTUNITY.c.stage == stage) for stage in OPEN]
    stmts += [stmt.where(OPPORTUNITY.c.stage == stage, IS_SIGNED_THIS_YEAR) for stage in SIGNED]
    order = (OPPORTUNITY.c.stage_since, OPPORTUNITY.c.id)
    parts = [stmt.order_by(*order).limit(CARDS).subquery() for stmt in stmts]
    rows = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return sa.select(rows.c.id, rows.c.stage).order_by(rows.c.stage_since, rows.c.id)


@cached_query
def _select_hidden_counts(viewer: AccessProfile, filters: Filters) -> Select:
    stmt = (is_hidden_confidential(viewer), is_hidden_on_board(filters), IS_ON_BOARD)
    return sa.select(OPPORTUNITY.c.stage, sa.func.count()).where(*stmt).group_by(OPPORTUNITY.c.stage)
