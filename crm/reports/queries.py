"""What the pipeline report counts: sums by the database, one statement a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.db import db
from crm.core.identity import Team, User
from crm.core.policy import Actor
from crm.core.record import visible
from crm.followups.models import FollowUp
from crm.followups.words import FollowUpState, Side
from crm.opportunities import conditions as c
from crm.opportunities.board import money_columns
from crm.opportunities.models import SHARED
from crm.opportunities.policy import ChangedField, Path
from crm.opportunities.queries import Case, cases_by_id
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage
from crm.reference.models import Rate

CASE, RECORD = c.CASE, c.RECORD
WEEK_DAYS = 7
MOST_STUCK = 20


@dataclass(frozen=True)
class Scope:
    """Whose cases a report is about. `teams` None: of all teams; counselor and path narrow it."""

    actor: Actor
    teams: tuple[int, ...] | None
    counselor_id: int | None = None
    path: Path | None = None

    @property
    def day(self) -> date:
        """Today, for the reader."""
        return clock.today(self.actor.zone)

    def cases(self) -> sa.ColumnElement[bool]:
        """Cases counted: neither confidential nor archived."""
        shelf = CASE.c.shelf >= SHARED if self.teams is None else CASE.c.shelf.in_(self.teams)
        return sa.and_(shelf, *self._narrower())

    def _narrower(self) -> list[sa.ColumnElement[bool]]:
        asked: list[sa.ColumnElement[bool]] = [CASE.c.path == self.path] if self.path else []
        if self.counselor_id is not None:
            theirs = sa.select(RECORD.c.id).where(
                RECORD.c.kind == "opportunity", RECORD.c.counselor_id == self.counselor_id
            )
            asked.append(CASE.c.id.in_(theirs))
        return asked


class Money(NamedTuple):
    """Cases of one kind in one currency: how many, with an amount, its sum, the weighted sum; past their alarm."""

    key: Any
    currency: str
    cases: int
    priced: int
    amount: Decimal | None
    weighted: Decimal | None
    aged: int = 0


class Owed(NamedTuple):
    """Overdue promises of one side, for one counselor to look after."""

    side: Side
    counselor_id: int | None
    counselor: str | None
    count: int  # type: ignore[assignment]
    oldest_on: date


class Lead(NamedTuple):
    """Leads in a stage, and those past its alarm."""

    stage: LeadStage
    leads: int
    idle: int


def _sums(key: Any, *where: sa.ColumnElement[bool], more: Sequence[Any] = ()) -> list[Money]:
    asked = sa.select(key, CASE.c.currency, sa.func.count(), *money_columns(), *more).where(*where)
    return [Money(*row) for row in db.session.execute(asked.group_by(key, CASE.c.currency))]


def by_stage(scope: Scope) -> list[Money]:
    """Open cases by stage, and those past its alarm."""
    aged = sa.func.sum(sa.case((c.is_aged(scope.actor), 1), else_=0))
    return _sums(CASE.c.stage, scope.cases(), CASE.c.stage.in_(c.OPEN), more=[aged])


def by_team(scope: Scope) -> list[Money]:
    """Open cases by team; 0 is what has no team."""
    return _sums(CASE.c.shelf, scope.cases(), CASE.c.stage.in_(c.OPEN))


def by_counselor(scope: Scope) -> list[Money]:
    """Open cases by counselor; None has nobody."""
    joined = sa.select(RECORD.c.counselor_id, CASE.c.currency, sa.func.count(), *money_columns())
    asked = joined.join_from(CASE, RECORD, RECORD.c.id == CASE.c.id).where(scope.cases(), CASE.c.stage.in_(c.OPEN))
    return [Money(*row) for row in db.session.execute(asked.group_by(RECORD.c.counselor_id, CASE.c.currency))]


def by_close(scope: Scope, buckets: Sequence[tuple[date, date]]) -> list[Money]:
    """Open cases by when they are expected to close: key is (number of the bucket or None, likely?)."""
    bucket = sa.case(*((CASE.c.close_key.between(a, b), i) for i, (a, b) in enumerate(buckets)), else_=None)
    likely = sa.case((sa.func.coalesce(CASE.c.chance, 0) >= c.LIKELY_PERCENT, 1), else_=0)
    inner = sa.select(bucket.label("bucket"), likely.label("likely"), CASE.c.currency, CASE.c.amount, CASE.c.chance)
    rows = inner.where(scope.cases(), CASE.c.stage.in_(c.OPEN)).subquery()
    keys = (rows.c.bucket, rows.c.likely, rows.c.currency)
    asked = sa.select(*keys, sa.func.count(), sa.func.count(rows.c.amount), sa.func.sum(rows.c.amount)).group_by(*keys)
    return [
        Money((at, bool(yes)), currency, n, priced, amount, None)
        for at, yes, currency, n, priced, amount in db.session.execute(asked)
    ]


def signed(scope: Scope, first: date, last: date) -> list[Money]:
    """Cases that came to the contract in these days."""
    return _sums(sa.literal("signed"), scope.cases(), c.signed_between(first, last, scope.actor))


def stuck(scope: Scope) -> list[Case]:
    """The open cases longest past the alarm of their stage."""
    asked = sa.select(CASE.c.id).where(scope.cases(), CASE.c.stage.in_(c.OPEN), c.is_aged(scope.actor))
    ids = list(db.session.scalars(asked.order_by(CASE.c.stage_since, CASE.c.id).limit(MOST_STUCK)))
    found = cases_by_id(scope.actor, ids)
    return [found[i] for i in ids if i in found]


def hidden(scope: Scope) -> int:
    """Open confidential cases of the scope's teams that the reader may not see. Asked without counselor and path."""
    asked = sa.select(sa.func.count()).select_from(CASE).where(c.hidden_from(scope.actor), CASE.c.stage.in_(c.OPEN))
    if scope.teams is not None:
        theirs = sa.exists().where(RECORD.c.id == CASE.c.id, RECORD.c.team_id.in_(scope.teams))
        asked = asked.where(theirs.correlate(CASE))
    return db.session.scalar(asked) or 0


def changed_this_week(scope: Scope) -> dict[str, int]:
    """How many cases are new, moved, slipped, close sooner or have another amount since seven days ago."""
    since, actor = scope.day - timedelta(days=WEEK_DAYS), scope.actor
    begun = c.midnight(since, actor.zone)
    # What was made then was changed then or later, and that is what has an index.
    new = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.changed_at >= begun, RECORD.c.created_at >= begun
    )
    kinds: dict[str, sa.ColumnElement[bool]] = {
        "new": CASE.c.id.in_(new),
        "moved": c.changed_since([ChangedField.stage], since, actor),
        "slipped": c.changed_since([ChangedField.close], since, actor, c.slipped()),
        "sooner": c.changed_since([ChangedField.close], since, actor, sa.not_(c.slipped())),
        "amount": c.changed_since([ChangedField.amount], since, actor),
    }
    counts = [
        sa.select(sa.literal(k), sa.func.count()).select_from(CASE).where(scope.cases(), x) for k, x in kinds.items()
    ]
    return dict(db.session.execute(sa.union_all(*counts)).all())


def no_case(actor: Actor) -> sa.ColumnElement[bool]:
    """Of projects: no case came of it that is not archived."""
    came = sa.exists().where(CASE.c.project_id == Project.id, CASE.c.shelf >= -1).correlate(Project)
    return sa.and_(visible(actor, Project), sa.not_(Project.confidential), Project.archived_at.is_(None), sa.not_(came))


def is_idle(actor: Actor) -> sa.ColumnElement[bool]:
    """Of projects: longer in the lead stage than its alarm allows, by the reader's calendar."""
    today = clock.today(actor.zone)
    alarms = ((s, c.midnight(today - timedelta(days=s.idle_days), actor.zone)) for s in LEAD_STAGES)
    return sa.or_(*(sa.and_(Project.lead_stage == s, Project.stage_since < since) for s, since in alarms))


def leads(actor: Actor) -> list[Lead]:
    """Projects without a case, by lead stage; shared by all teams."""
    idle = sa.func.sum(sa.case((is_idle(actor), 1), else_=0))
    asked = sa.select(Project.lead_stage, sa.func.count(), idle).where(no_case(actor)).group_by(Project.lead_stage)
    return [Lead(*row) for row in db.session.execute(asked)]


def overdue(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """Of follow-ups: promises of either side that are open past their day, and not confidential."""
    return (
        FollowUp.state == FollowUpState.open, FollowUp.due_on < clock.today(actor.zone),
        FollowUp.side.in_((Side.we, Side.they)), sa.not_(FollowUp.confidential), FollowUp.archived_at.is_(None),
        visible(actor, FollowUp),
    )  # fmt: skip


def promises(scope: Scope) -> list[Owed]:
    """Overdue promises by side and counselor, the most first."""
    asked = (
        sa.select(FollowUp.side, FollowUp.counselor_id, User.name, sa.func.count(), sa.func.min(FollowUp.due_on))
        .outerjoin(User, User.id == FollowUp.counselor_id)
        .where(*overdue(scope.actor))
        .group_by(FollowUp.side, FollowUp.counselor_id, User.name)
        .order_by(sa.func.count().desc(), User.name)
    )
    if scope.teams is not None:
        asked = asked.where(FollowUp.team_id.in_(scope.teams))
    if scope.counselor_id is not None:
        asked = asked.where(FollowUp.counselor_id == scope.counselor_id)
    return [Owed(*row) for row in db.session.execute(asked)]


def rates_on(day: date) -> dict[str, Decimal]:
    """US dollars for one unit of each currency: the newest rate up to a day."""
    asked = sa.select(Rate.currency, Rate.usd).where(Rate.on <= day).order_by(Rate.on)
    return {"USD": Decimal(1)} | dict(db.session.execute(asked).all())


def names(model: type[Team | User], ids: Sequence[int]) -> dict[int, str]:
    """Names of teams or users."""
    if not ids:
        return {}
    return dict(db.session.execute(sa.select(model.id, model.name).where(model.id.in_(ids))).all())
