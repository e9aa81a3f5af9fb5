"""Schedules of surveys: add, change, pause, and send what is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from crm.calendars import add_months
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_referenced, get_visible
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import SURVEY_MONTHS, last_survey_on, next_survey_on
from crm.impact.queries.recipients import find_survey_refusals
from crm.impact.queries.surveys import find_plan_answered_until
from crm.opportunities.models import Opportunity
from crm.organizations.queries import get_organization

from .surveys import check_recipient, send_survey

MAX_MONTHS = 24
FORM_COLUMNS = (
    *("opportunity_id", "reason", "person_id", "starts_on", "every_months", "until_on"),
    *("automatic", "on_workday"),
)
"""The columns that the form of a schedule sets, besides the client and the next date."""


def add_plan(actor: Actor, values: Mapping[str, Any]) -> SurveyPlan:
    """Add a schedule of surveys after an award or a contract; the first survey is the first date after today.

    `values`: client_id, reason, starts_on; opportunity_id, person_id, every_months, until_on, automatic. Raises
    Invalid, and NotFound for records that the actor may not see.
    """
    client = get_organization(actor, values["client_id"])
    row = SurveyPlan(client_id=client.id, every_months=SURVEY_MONTHS, automatic=False, on_workday=False)
    _set_values(actor, row, values)
    row.next_on = next_survey_on(row.starts_on, row.every_months, row.until_on, clock.today(actor.zone))
    if row.next_on is None:
        raise Invalid(_("Enter a later end date. All dates of this schedule are in the past."), "until_on")
    db.session.add(row)
    db.session.flush()
    return row


def change_plan(actor: Actor, row: SurveyPlan, values: Mapping[str, Any]) -> None:
    """Change a schedule, also the date of its next survey. Raises Invalid."""
    _set_values(actor, row, values)
    row.next_on = values.get("next_on")
    db.session.flush()


def _set_values(actor: Actor, row: SurveyPlan, values: Mapping[str, Any]) -> None:
    before = {row.person_id, row.opportunity_id}
    for name in FORM_COLUMNS:
        if name in values:
            setattr(row, name, values[name])
    row.until_on = values.get("until_on") or last_survey_on(row.starts_on)
    if not 1 <= row.every_months <= MAX_MONTHS:
        raise Invalid(_("Enter a number from 1 to %(n)s.", n=MAX_MONTHS), "every_months")
    if row.until_on < add_months(row.starts_on, row.every_months):
        raise Invalid(_("Enter an end date after the first survey."), "until_on")
    if row.person_id is not None:
        get_referenced(Record, actor, row.person_id, before)
        if row.automatic or row.person_id not in before:
            check_recipient(get_organization(actor, row.client_id), row.person_id)
    elif row.automatic:
        raise Invalid(_("Choose a recipient to send surveys automatically."), "person_id")
    if row.opportunity_id is not None:
        opportunity = get_referenced(Opportunity, actor, row.opportunity_id, before)
        if opportunity.client_id != row.client_id:
            raise Invalid(_("Choose an opportunity of this client."), "opportunity_id")


def pause_plan(row: SurveyPlan, *, paused: bool) -> None:
    """Pause a schedule, or resume it."""
    row.paused_at = clock.now() if paused else None
    db.session.flush()


def survey_period(row: SurveyPlan, today: date, answered_until: date | None = None) -> tuple[date, date]:
    """Return the days that the next survey of a schedule is about: the interval up to its date, or to today.

    It begins after the last day of an answer, so that no result is reported twice.
    """
    last = min(row.next_on or today, today)
    first = add_months(last, -row.every_months)
    if answered_until is not None and first <= answered_until < last:
        first = answered_until + timedelta(days=1)
    return first, last


def send_planned_survey(actor: Actor, row: SurveyPlan, *, on_workday: bool = False) -> ImpactSurvey:
    """Send the next survey of a schedule, now or on the recipient's next working day, and move the schedule on.

    Raises Invalid without a recipient with email.
    """
    if row.person_id is None:
        raise Invalid(_("Choose a recipient first."), "person_id")
    today = clock.today(actor.zone)
    first, last = survey_period(row, today, find_plan_answered_until(actor, row))
    values = {
        "client_id": row.client_id,
        "person_id": row.person_id,
        "opportunity_id": row.opportunity_id,
        "period_from": first,
        "period_to": last,
        "on_workday": on_workday,
    }
    survey = send_survey(actor, values, plan_id=row.id)
    advance_plan(row, today)
    return survey


def advance_plan(row: SurveyPlan, today: date) -> None:
    """Set the next date of a schedule after the survey that was due; None at its end."""
    after = max(row.next_on or today, today)
    row.next_on = next_survey_on(row.starts_on, row.every_months, row.until_on, after)
    db.session.flush()


def get_due_plan(actor: Actor, plan_id: int) -> SurveyPlan | None:
    """Return a schedule that is to be sent automatically today.

    None if it was sent, paused or changed meanwhile, and while its recipient has left the client or can get no email.
    """
    row = db.session.get(SurveyPlan, plan_id)
    if row is None or row.paused_at is not None or not row.automatic or row.next_on is None:
        return None
    if row.person_id is not None and find_survey_refusals([(row.client_id, row.person_id)]):
        return None
    client = get_visible(Record, actor, row.client_id)
    is_due = row.next_on <= clock.today(actor.zone)
    return row if is_due and client.archived_at is None else None
