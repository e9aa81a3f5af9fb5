"""Impact surveys and their schedules, as far as an actor may see client, opportunity and recipient."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Actor, can
from crm.core.tokens import hash_token
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import OVERDUE_DAYS, SurveyState
from crm.people.models import Person
from crm.people.queries import is_readable_address, may_see_contact_details
from crm.records.policy import ContactMedium
from crm.records.queries import points_of

from .recipients import Refusal, find_survey_refusals

S = TypeVar("S", ImpactSurvey, SurveyPlan)
CLIENT, PERSON = alias(Record, "survey_client"), alias(Record, "survey_person")
OPPORTUNITY = alias(Record, "survey_opportunity")
CLIENT_ID: Any = sa.bindparam("client", type_=sa.Integer)


class SurveyRow(NamedTuple):
    """A survey in panels; `person` is the name of the recipient, `address` "" if the reader may not see it."""

    id: int
    state: SurveyState
    person: str | None
    address: str
    sent_at: datetime
    answered_at: datetime | None
    is_overdue: bool


class PlanRow(NamedTuple):
    """A schedule of surveys in panels; `person` is the name of the recipient, `refusal` why they get no survey."""

    id: int
    reason: str
    next_on: date | None
    until_on: date
    every_months: int
    automatic: bool
    is_paused: bool
    person: str | None
    refusal: Refusal | None


def join_survey_records(viewer: Actor | AccessProfile, stmt: sa.Select[Any], table: Any) -> sa.Select[Any]:
    """Join client, opportunity and recipient of surveys or schedules; rows about a hidden one are left out."""
    stmt = stmt.join(CLIENT, CLIENT.id == table.client_id).where(visible(viewer, CLIENT))
    for record, column in ((OPPORTUNITY, table.opportunity_id), (PERSON, table.person_id)):
        stmt = stmt.outerjoin(record, record.id == column).where(sa.or_(column.is_(None), visible(viewer, record)))
    return stmt


def visible_surveys(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return join_survey_records(viewer, sa.select(ImpactSurvey), ImpactSurvey)


def get_survey(actor: Actor, survey_id: int, right: str = "survey:see") -> ImpactSurvey:
    """Return a survey. Raises NotFound, and Forbidden without the right for its client."""
    return _get(ImpactSurvey, actor, survey_id, right)


def get_plan(actor: Actor, plan_id: int, right: str = "survey:see") -> SurveyPlan:
    """Return a schedule. Raises NotFound, and Forbidden without the right for its client."""
    return _get(SurveyPlan, actor, plan_id, right)


def _get(cls: type[S], actor: Actor, row_id: int, right: str) -> S:
    stmt = join_survey_records(actor, sa.select(cls), cls).where(cls.id == row_id)
    row: S | None = db.session.scalars(stmt).one_or_none()
    if row is None:
        raise NotFound
    if not can(actor, right, db.session.get_one(Record, row.client_id)):
        raise Forbidden
    return row


def find_answered_until(actor: Actor, client_id: int) -> date | None:
    """Return the last day that the client's answers are about; None without an answer."""
    return _find_answered_until(actor, ImpactSurvey.client_id == client_id)


def find_plan_answered_until(actor: Actor, plan: SurveyPlan) -> date | None:
    """Return the last day of the client's answers about what a schedule is about; None without an answer."""
    is_same = ImpactSurvey.opportunity_id.is_not_distinct_from(plan.opportunity_id)
    return _find_answered_until(actor, ImpactSurvey.client_id == plan.client_id, is_same)


def _find_answered_until(actor: Actor, *conditions: sa.ColumnElement[bool]) -> date | None:
    stmt = visible_surveys(actor).with_only_columns(sa.func.max(ImpactSurvey.period_to))
    is_answered = ImpactSurvey.state.in_((SurveyState.answered, SurveyState.accepted))
    day: date | None = db.session.scalar(stmt.where(is_answered, *conditions))
    return day


def find_survey_of_link(token: str) -> ImpactSurvey | None:
    """Return the survey of a link that hasn't expired or been replaced or canceled; None for any other text."""
    row = db.session.scalars(sa.select(ImpactSurvey).where(ImpactSurvey.token_hash == hash_token(token))).one_or_none()
    if row is None or row.state is SurveyState.canceled or row.expires_at <= clock.now():
        return None
    return row


def overdue_before(now: datetime) -> datetime:
    """Return the moment before which an unanswered survey was sent that is overdue now."""
    return now - timedelta(days=OVERDUE_DAYS)


def list_surveys_of(actor: Actor, client_id: int) -> list[SurveyRow]:
    """List the surveys of a client, the newest first."""
    limit = overdue_before(clock.now())
    return [
        SurveyRow._make((*row, row.state is SurveyState.sent and row.sent_at < limit))
        for row in _surveys(actor, client=client_id)
    ]


def list_plans_of(actor: Actor, client_id: int) -> list[PlanRow]:
    """List the schedules of a client, those with the next survey first; finished ones last."""
    rows = [tuple(row) for row in _plans(actor, client=client_id)]
    refusals = find_survey_refusals({(client_id, person_id) for *_columns, person_id in rows if person_id})
    return [PlanRow._make((*columns, refusals.get((client_id, person_id)))) for *columns, person_id in rows]


def _readable_address(viewer: Actor | AccessProfile) -> sa.ColumnElement[str]:
    return sa.case((is_readable_address(viewer, ImpactSurvey.address), ImpactSurvey.address), else_="")


def find_survey_address(actor: Actor, survey: ImpactSurvey) -> str:
    """Return the address to which a survey was sent; "" if the actor may not see it."""
    return db.session.scalars(sa.select(_readable_address(actor)).where(ImpactSurvey.id == survey.id)).one()


@cached_query
def _surveys(viewer: AccessProfile) -> Select:
    T = ImpactSurvey  # noqa: N806 - read a dozen times below
    columns = (T.id, T.state, PERSON.label, _readable_address(viewer), T.sent_at, T.answered_at)
    stmt = visible_surveys(viewer).where(T.client_id == CLIENT_ID).order_by(T.sent_at.desc(), T.id.desc())
    return stmt.with_only_columns(*columns, maintain_column_froms=True)


@cached_query
def _plans(viewer: AccessProfile) -> Select:
    P = SurveyPlan  # noqa: N806 - read a dozen times below
    is_paused = P.paused_at.is_not(None)
    columns = (P.id, P.reason, P.next_on, P.until_on, P.every_months, P.automatic, is_paused, PERSON.label, P.person_id)
    stmt = join_survey_records(viewer, sa.select(P), P).where(P.client_id == CLIENT_ID)
    ordered = stmt.order_by(P.next_on.is_(None), P.next_on, P.id)
    return ordered.with_only_columns(*columns, maintain_column_froms=True)


def find_address(actor: Actor, person: Person) -> str | None:
    """Return the first email address of a person, as far as the actor may see it; None without one."""
    if not may_see_contact_details(actor, person):
        return None
    points = points_of([person.id])[person.id]
    return next((point.value or point.raw for point in points if point.medium is ContactMedium.email), None)


def load_client_names(ids: Collection[int]) -> dict[int, str]:
    """Return the names of clients, for those who answer their own surveys."""
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(ids))
    return {i: label or native for i, label, native in db.session.execute(stmt)}


def list_due_plans(today: date) -> list[int]:
    """Return the ids of schedules whose survey is to be sent automatically by a day."""
    P = SurveyPlan  # noqa: N806 - read several times below
    due = sa.select(P.id).where(P.next_on <= today, P.automatic, P.paused_at.is_(None)).order_by(P.next_on, P.id)
    return list(db.session.scalars(due))
