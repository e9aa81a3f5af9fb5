"""Choose the default probabilities of a team."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.bulk_changes import RECORDS, expire_records, set_derived
from crm.core.data.chunks import chunked
from crm.core.data.identity import lock_team
from crm.core.data.record import visible
from crm.core.data.summaries import updating_summaries
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.opportunities.models import Opportunity, StageRates
from crm.opportunities.policy import OpportunityStage
from crm.opportunities.rates import (
    MIN_CLOSED,
    OPEN,
    StageRate,
    clear_stage_percents,
    count_closed,
    find_stage_percents,
    load_own_rates,
)


def choose_own_rates(actor: Actor, team_id: int) -> int:
    """Use the win rates of a team from now on. Raises Invalid for too few closed opportunities.

    Returns how many opportunities changed, of those that the actor may see and that aren't archived.
    """
    lock_team(team_id)
    rates = load_own_rates(team_id)
    if count_closed(rates) < MIN_CLOSED:
        raise Invalid(_("Use the standard probabilities until the team has %(n)s closed opportunities.", n=MIN_CLOSED))
    return _choose(actor, team_id, {rate.stage.value: rate.percent for rate in rates}, rates)


def choose_standard_rates(actor: Actor, team_id: int) -> int:
    """Use the standard probabilities for a team again. Returns the same."""
    lock_team(team_id)
    return _choose(actor, team_id, {}, [])


def _choose(actor: Actor, team_id: int, percents: dict[str, int], rates: list[StageRate]) -> int:
    """Store the choice and apply it. The caller has locked the team: those who change opportunities wait."""
    if find_stage_percents(team_id) == percents:
        return 0
    row = StageRates(team_id=team_id, at=clock.now(), by_id=actor.id, percents=percents)
    row.counts = {rate.stage.value: [rate.signed, rate.closed] for rate in rates}
    db.session.add(row)
    db.session.flush()
    clear_stage_percents(db.session())
    return _update_chances(actor, team_id, percents)


def _update_chances(actor: Actor, team_id: int, percents: Mapping[str, int]) -> int:
    """Set the probability of open opportunities for which nobody entered one; return how many changed visibly.

    Their versions advance without a history: a change that is being saved meanwhile must not be added to the sums.
    """
    chances = {stage: percents.get(stage.value, stage.default_percent) for stage in OPEN}
    o = Opportunity
    is_seen = sa.and_(visible(actor, o), o.archived_at.is_(None)).label("is_seen")
    stmt = sa.select(o.id, o.stage, is_seen).where(o.team_id == team_id, o.stage.in_(OPEN))
    stmt = stmt.where(o.probability.is_(None), o.certainty.is_(None)).order_by(o.id).with_for_update(key_share=True)
    is_different = sa.or_(*(sa.and_(o.stage == s, o.chance.is_distinct_from(n)) for s, n in chances.items()))
    rows = db.session.execute(stmt.where(is_different)).all()
    stages: dict[int, OpportunityStage] = {row.id: row.stage for row in rows}
    connection = db.session.connection()
    for ids in chunked(list(stages)):
        with updating_summaries(connection, ids):
            set_derived(db.session(), Opportunity, {i: {"chance": chances[stages[i]]} for i in ids})
        connection.execute(sa.update(RECORDS).where(RECORDS.c.id.in_(ids)).values(version=RECORDS.c.version + 1))
    expire_records(db.session())
    return sum(bool(row.is_seen) for row in rows)
