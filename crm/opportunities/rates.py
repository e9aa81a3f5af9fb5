"""Default probabilities by stage: the standard ones, or the win rates of a team that its manager chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.identity import Team, User, share_team_lock
from crm.core.data.once import once_per_request
from crm.core.i18n.formats import percent_of
from crm.core.policy import Actor

from .models import Opportunity, OpportunityChange, StageRates
from .policy import ACTIVE_STAGES, ChangedField, OpportunityStage, StageGroup, is_open, probability

MIN_CLOSED = 30
"""How many closed opportunities of its own a team needs before its win rates can be used."""
LOST = (OpportunityStage.lost, OpportunityStage.no_bid, OpportunityStage.withdrawn)
WON = tuple(stage for stage in ACTIVE_STAGES if stage.group is StageGroup.signed)
OPEN = tuple(stage for stage in ACTIVE_STAGES if is_open(stage))
CACHE_KEY = "stage_percents"
"""The key in `session.info` for the probabilities of teams that a transaction has read."""


class StageRate(NamedTuple):
    """How many closed opportunities of a team reached a stage or a later one, and how many of them were signed."""

    stage: OpportunityStage
    signed: int
    closed: int

    @property
    def percent(self) -> int:
        """The win rate; the standard probability if no closed opportunity reached the stage."""
        return percent_of(self.signed, self.closed) if self.closed else int(self.stage.default_percent or 0)


class TeamRates(NamedTuple):
    """The win rates of a team, its chosen probabilities by stage (empty for the standard ones), and all choices."""

    rates: list[StageRate]
    percents: Mapping[str, int]
    choices: list[RatesChoice]

    @property
    def closed(self) -> int:
        """How many opportunities of the team are closed."""
        return count_closed(self.rates)


class RatesChoice(NamedTuple):
    """What a manager chose: with `is_own` the win rates of the team, else the standard probabilities."""

    at: datetime
    name: str | None
    is_own: bool
    closed: int


def list_rated_teams(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of the teams whose probabilities an actor may choose, sorted by name."""
    stmt = sa.select(Team.id, Team.name).order_by(Team.name, Team.id)
    if not actor.sees_all_teams:
        stmt = stmt.where(Team.id.in_(sorted(actor.team_ids)))
    return [(row.id, row.name) for row in db.session.execute(stmt)]


def load_own_rates(team_id: int) -> list[StageRate]:
    """Return the win rate of a team for each open stage; confidential and archived opportunities don't count."""
    stmt = sa.select(Opportunity.id, Opportunity.stage).where(
        Opportunity.team_id == team_id, Opportunity.archived_at.is_(None), sa.not_(Opportunity.confidential)
    )
    stmt = stmt.where(Opportunity.stage.in_([*LOST, *WON]))
    stages: dict[int, OpportunityStage] = {row.id: row.stage for row in db.session.execute(stmt)}
    furthest = _load_furthest([i for i, stage in stages.items() if stage in LOST])
    signed = sum(stage in WON for stage in stages.values())
    return [StageRate(s, signed, signed + sum(order >= s.order for order in furthest)) for s in OPEN]


def _load_furthest(lost_ids: list[int]) -> list[int]:
    """Return the order of the furthest stage that each lost opportunity reached."""
    orders = dict.fromkeys(lost_ids, OpportunityStage.matched.order)
    for ids in chunked(lost_ids):
        stmt = sa.select(OpportunityChange.opportunity_id, OpportunityChange.old, OpportunityChange.new).where(
            OpportunityChange.field == ChangedField.stage.value
        )
        for i, *codes in db.session.execute(stmt.where(OpportunityChange.opportunity_id.in_(ids))):
            orders[i] = max(orders[i], *(OpportunityStage.from_code(code).order for code in codes if code))
    return list(orders.values())


def count_closed(rates: Iterable[StageRate]) -> int:
    """Return how many closed opportunities the rates are of."""
    return max((rate.closed for rate in rates), default=0)


def find_stage_percents(team_id: int | None) -> Mapping[str, int]:
    """Return the probabilities that were chosen for a team, by stage; empty for the standard ones."""
    stmt = sa.select(StageRates.percents).where(StageRates.team_id == team_id).order_by(StageRates.id.desc()).limit(1)
    # A flush would write the change of an opportunity that is being edited before its derived values are set.
    with db.session.no_autoflush:
        return db.session.scalar(stmt) or {}


load_stage_percents = once_per_request(find_stage_percents)
"""The same, read once per request."""


def lock_stage_percents(team_id: int | None) -> Mapping[str, int]:
    """Return the same for a change of opportunities: nobody chooses others until the transaction ends.

    Read once per transaction: an import adds thousands of opportunities.
    """
    percents: dict[int | None, Mapping[str, int]] = db.session().info.setdefault(CACHE_KEY, {})
    if team_id not in percents:
        if team_id is not None:
            with db.session.no_autoflush:
                share_team_lock(team_id)
        percents[team_id] = find_stage_percents(team_id)
    return percents[team_id]


def clear_stage_percents(session: Session) -> None:
    """Read the probabilities of teams again when they are needed next."""
    session.info.pop(CACHE_KEY, None)


@event.listens_for(Session, "after_transaction_end")
def _clear_at_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        clear_stage_percents(session)


@event.listens_for(Session, "after_soft_rollback")
def _clear_after_rollback(session: Session, _rolled_back: SessionTransaction) -> None:
    # A savepoint that is rolled back takes its locks with it.
    clear_stage_percents(session)


def load_team_rates(team_id: int) -> TeamRates:
    """Return the probabilities of a team."""
    return TeamRates(load_own_rates(team_id), load_stage_percents(team_id), list_choices(team_id))


def list_choices(team_id: int) -> list[RatesChoice]:
    """Return what was chosen for a team, the latest first."""
    stmt = sa.select(StageRates.at, User.name, StageRates.percents, StageRates.counts).outerjoin(
        User, User.id == StageRates.by_id
    )
    rows = db.session.execute(stmt.where(StageRates.team_id == team_id).order_by(StageRates.id.desc()))
    return [
        RatesChoice(
            row.at, row.name, bool(row.percents), max((closed for _signed, closed in row.counts.values()), default=0)
        )
        for row in rows
    ]


def has_default(row: Any) -> bool:
    """Whether the probability of an opportunity follows from its stage: it is open, and nobody entered another one."""
    return is_open(row.stage) and row.probability is None and row.certainty is None


def find_chance(row: Any) -> int | None:
    """Return the probability to store, in percent: `policy.probability` with the default of the team."""
    if has_default(row):
        stage: OpportunityStage = row.stage
        return lock_stage_percents(row.team_id).get(stage.value, stage.default_percent)
    return probability(row.stage, percent=row.probability, certainty=row.certainty)
