"""What the form of a new milestone begins with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from crm.calendars import add_months, local_day
from crm.core import clock
from crm.core.data.record import find_visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import StageGroup
from crm.organizations.models import Organization
from crm.projects.models import Project

from .policy import SURVEY_MONTHS, MilestoneKind, MilestoneStatus
from .queries.recipients import list_recipients
from .queries.surveys import find_answered_until


def prefill_milestone(actor: Actor, parts: Mapping[str, int]) -> dict[str, Any]:
    """Return the values of a new milestone's form; `parts` are ids by field, some perhaps hidden from the actor.

    An opportunity brings its client, counselor, amount and country; before it is signed, the result is expected.
    """
    today = clock.today(actor.zone)
    values: dict[str, Any] = {"on": today, "reported_on": today, **parts}
    opportunity = find_visible(actor, parts.get("opportunity_id"))
    if isinstance(opportunity, Opportunity):
        values |= _of_opportunity(actor, opportunity, today)
    client = find_visible(actor, values.get("client_id"))
    if client is not None and "counselor_id" not in values:
        values["counselor_id"] = client.counselor_id or actor.id
    return values


def _of_opportunity(actor: Actor, row: Opportunity, today: date) -> dict[str, Any]:
    expected = row.stage.group is not StageGroup.signed
    values = {
        "client_id": row.client_id,
        "counselor_id": row.counselor_id,
        "type": MilestoneKind.contract,
        "status": MilestoneStatus.expected if expected else MilestoneStatus.actual,
        "amount": row.amount,
        "currency": row.currency,
        "country": _find_country(actor, row),
    }
    return values | ({"on": row.close_on} if expected and row.close_on and row.close_on >= today else {})


def _find_country(actor: Actor, row: Opportunity) -> str | None:
    """Return the country of the project, else of the buyer, as far as the actor may see them."""
    hosts = (find_visible(actor, record_id) for record_id in (row.project_id, row.buyer_id))
    return next((h.country for h in hosts if isinstance(h, Project | Organization) and h.country), None)


def prefill_survey(actor: Actor, parts: Mapping[str, int]) -> dict[str, Any]:
    """Return the values of the form of a survey: the client, its only person if there is one, and the last months.

    The period begins after the one of the latest answer, so that no result is reported twice.
    """
    today = clock.today(actor.zone)
    values: dict[str, Any] = {"period_from": add_months(today, -SURVEY_MONTHS), "period_to": today, **parts}
    opportunity = find_visible(actor, parts.get("opportunity_id"))
    if isinstance(opportunity, Opportunity):
        values["client_id"] = opportunity.client_id
    until = find_answered_until(actor, values["client_id"]) if values.get("client_id") else None
    if until is not None and values["period_from"] <= until < today:
        values["period_from"] = until + timedelta(days=1)
    recipients = list_recipients(actor, values.get("client_id"))
    return values | ({"person_id": recipients[0].id} if len(recipients) == 1 else {})


def prefill_plan(actor: Actor, parts: Mapping[str, int]) -> dict[str, Any]:
    """Return the values of the form of a schedule: for a signed opportunity, its name and the day of its stage."""
    today = clock.today(actor.zone)
    values: dict[str, Any] = {"starts_on": today, "every_months": SURVEY_MONTHS, **parts}
    opportunity = find_visible(actor, parts.get("opportunity_id"))
    if isinstance(opportunity, Opportunity):
        signed_on = local_day(opportunity.stage_since, actor.zone)
        reason = _("Contract: %(name)s", name=opportunity.label)[:200]
        values |= {"client_id": opportunity.client_id, "reason": reason, "starts_on": signed_on}
    return values
