"""Screenings of opportunities: withdrawn for other parties of the project, restored when an undo brings those back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch, Change, author_of, in_batch
from crm.core.data.net_changes import NetChange, is_among, load_changes_since, parse_stored
from crm.core.hooks import SCREENED_PARTIES_CHANGED, SCREENED_PARTIES_RESTORED
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ExitTest, OpportunityStage, is_open
from crm.projects.services import has_unscreened_parties
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import withdraw_evidence

from .opportunities import SCREENED

PAUSED = (OpportunityStage.export_hold, OpportunityStage.dormant)
SCREENED_STAGES = tuple(stage for stage in OpportunityStage if is_open(stage) or stage in PAUSED)
"""The stages in which other parties have to be screened: neither signed nor closed."""
TEST = str(ExitTest.parties_screened.value)
WITHDRAWAL = "withdrawal"
"""The kind of the batch that withdraws or restores the screenings of opportunities."""
IS_MET = sa.and_(Evidence.test == TEST, Evidence.state == EvidenceState.met)


def list_screened(project_id: int) -> Sequence[int]:
    """Return the ids of the open opportunities of a project whose parties were screened, also of hidden ones."""
    return [row.id for row in _load_screened(project_id)]


def _load_screened(project_id: int) -> Sequence[Any]:
    stmt = sa.select(Opportunity.id, Evidence.at).join(Evidence, sa.and_(Evidence.record_id == Opportunity.id, IS_MET))
    stmt = stmt.where(Opportunity.project_id == project_id, Opportunity.stage.in_(SCREENED_STAGES))
    return db.session.execute(stmt).all()


def withdraw_screenings(project_id: int) -> None:
    """Withdraw the screenings of the opportunities of a project, also of those that the author may not see."""
    _withdraw(list_screened(project_id))


def _withdraw(ids: Sequence[int]) -> None:
    if ids:
        with in_withdrawal():
            withdraw_evidence(ids, TEST)


@contextmanager
def in_withdrawal() -> Iterator[Batch]:
    """Record changes of screenings in a batch of their own.

    Whether the change of the project can be undone must not depend on opportunities that are hidden from its author.
    """
    author_id = author_of(db.session()).actor_id
    batch = Batch(uid=new_uid(), kind=WITHDRAWAL, title="", at=clock.now(), actor_id=author_id)
    db.session.add(batch)
    db.session.flush()
    with in_batch(db.session(), batch):
        yield batch


def check_screenings(project_id: int) -> None:
    """After an undo in a project: restore the screenings of its present parties, and withdraw those of others."""
    present = _load_screened(project_id)
    _withdraw([row.id for row in present if has_unscreened_parties(project_id, row.at, with_merges=False)])
    restored = [
        evidence
        for evidence in _load_withdrawn(project_id)
        if not has_other_parties(evidence.record_id, project_id, evidence.at)
    ]
    if restored:
        with in_withdrawal():
            db.session.add_all(restored)
            db.session.flush()


def _load_withdrawn(project_id: int) -> Iterator[Evidence]:
    """Yield the screenings that were withdrawn last, of open opportunities without a new answer."""
    answered = sa.exists().where(Evidence.record_id == Opportunity.id, Evidence.test == TEST)
    stmt = (
        sa.select(Change.root_id, Change.diff, Batch.kind)
        .join(Opportunity, Opportunity.id == Change.root_id)
        .outerjoin(Batch, Batch.id == Change.batch_id)
        .where(Opportunity.project_id == project_id, Opportunity.stage.in_(SCREENED_STAGES), sa.not_(answered))
        .where(Change.table == Evidence.__tablename__, Change.action == "deleted")
        .order_by(Change.id)
    )
    last = {row.root_id: row for row in db.session.execute(stmt) if row.diff["test"][0] == TEST}
    for record_id, row in last.items():
        if row.kind == WITHDRAWAL:
            values = {name: parse_stored(Evidence.__tablename__, name, pair[0]) for name, pair in row.diff.items()}
            yield Evidence(**values | {"record_id": record_id})


def has_other_parties(
    opportunity_id: int, project_id: int | None, since: datetime, *, with_merges: bool = True
) -> bool:
    """Return whether project, buyer, China rep or the parties of the project of an opportunity are others since then.

    A merge withdraws the screenings that it makes untrue: for one that stayed, ask without merges.
    """
    changes = load_changes_since(Opportunity.__tablename__, opportunity_id, since, with_merges=with_merges)
    if any(pair[1] is not None for change in changes for name, pair in change.diff.items() if name in SCREENED):
        return True
    return project_id is not None and has_unscreened_parties(project_id, since, with_merges=with_merges)


def check_own_screening(row: Opportunity, changes: Sequence[NetChange]) -> None:
    """Withdraw the screening of an opportunity if an undo of `changes` left it with parties that it doesn't cover."""
    evidence = db.session.scalar(sa.select(Evidence).where(Evidence.record_id == row.id, IS_MET))
    if evidence is None:
        return
    if has_other_parties(row.id, row.project_id, evidence.at, with_merges=is_among(evidence, changes)):
        withdraw_evidence([row.id], TEST)


SCREENED_PARTIES_CHANGED.append(withdraw_screenings)
SCREENED_PARTIES_RESTORED.append(check_screenings)
