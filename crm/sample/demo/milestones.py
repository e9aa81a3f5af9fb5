"""Milestones of the demo, an answer that waits to be accepted, a survey without an answer, and schedules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crm.core.tokens import hash_token, new_token
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import (
    LINK_DAYS,
    SURVEY_MONTHS,
    Confirmation,
    MilestoneKind,
    MilestoneStatus,
    PublishConsent,
    SurveyState,
    last_survey_on,
    next_survey_on,
)
from crm.reference.services import shipped_rows
from crm.sample.rows import milestones
from crm.sample.rows.specs import OrganizationRef

from .demo_records import DemoRecords

PLANS = (
    ("Delta Orchards", "STEP award: food show", -178, False),
    ("Redwood Filters", "STEP award: trade mission", -400, True),
    ("Cabrillo Coatings", "Contract: Marine paint, Ningbo", -21, False),
)
"""Client, reason, days of the start, and whether surveys are sent automatically."""
IMAGER = ("Palomar Photonics", "Imagers, Qingshan campus")
"""The client and the title of the confidential opportunity."""


def create(demo: DemoRecords) -> None:
    """Create milestones, surveys and schedules."""
    for row in shipped_rows("milestones", "crm.sample.demo"):
        _add_milestone(demo, row)
    for client, reason, days, automatic in PLANS:
        _add_plan(demo, demo.organizations[client], reason, days, automatic=automatic)
    _add_survey(
        demo,
        demo.organizations["Tri-Valley Sensors"],
        sent=-9,
        answered=-1,
        answered_by="Victor Lindgren",
        sales=Decimal(96_000),
        sale_countries="China",
        new_countries="Vietnam",
        jobs=1,
        publish=PublishConsent.with_name,
        comment="Zhou's pilot at Huadong Water led to the first real order. Thank you for the introduction.",
    )
    _add_survey(demo, demo.organizations["Bluewater Metering"], sent=-30)


def _add_milestone(demo: DemoRecords, row: dict[str, str]) -> None:
    """Add a milestone; export sales are for the funder with a goal for them."""
    client, about = _host(demo, row)
    kind = MilestoneKind.from_code(row["type"])
    days = int(row["days"])
    spec = milestones.MilestoneSpec(
        client=client,
        by="boris" if client.team_id == demo.writer.teams["Bay"] else "anna",
        made_at=demo.moment(min(days, -3)),
        type=kind,
        on=demo.day(days),
        about=about,
        title=row["title"],
        status=MilestoneStatus.from_code(row["status"]),
        opportunity_id=demo.opportunities[row["opportunity"]] if row["opportunity"] else None,
        show_id=demo.shows[row["show"]] if row["show"] else None,
        amount=Decimal(row["amount"]) if row["amount"] else None,
        currency=row["currency"],
        jobs=int(row["jobs"]) if row["jobs"] else None,
        country=row["country"] or None,
        funder_id=demo.writer.funders["STEP"] if kind is MilestoneKind.export_sale else None,
        confirmed_on=demo.day(int(row["confirmed"])) if row["confirmed"] else None,
        confirmed_how=Confirmation.from_code(row["how"]) if row["how"] else None,
        confirmed_by_name=row["who"] or None,
        publish=PublishConsent.from_code(row["publish"]),
        evidence=row["evidence"] or None,
    )
    milestones.add_milestone(demo.writer, spec)


def _host(demo: DemoRecords, row: dict[str, str]) -> tuple[OrganizationRef, str]:
    """Return the client of a milestone, and the name that its title has: the opportunity or the client."""
    if row["client"]:
        return demo.organizations[row["client"]], row["client"]
    cases = {case["key"]: (case["client"], case["title"]) for case in shipped_rows("opportunities", "crm.sample.demo")}
    client, title = (cases | {"imager": IMAGER})[row["opportunity"]]
    return demo.organizations[client], title


def _add_plan(demo: DemoRecords, client: OrganizationRef, reason: str, days: int, *, automatic: bool) -> None:
    starts_on, last = demo.day(days), last_survey_on(demo.day(days))
    demo.writer.inserter.add(
        SurveyPlan,
        client_id=client.id,
        reason=reason,
        starts_on=starts_on,
        every_months=SURVEY_MONTHS,
        until_on=last,
        next_on=next_survey_on(starts_on, SURVEY_MONTHS, last, demo.day(0)),
        person_id=client.people[0].id if client.people else None,
        automatic=automatic and bool(client.people),
        version=1,
    )


def _add_survey(demo: DemoRecords, client: OrganizationRef, *, sent: int, **answer: Any) -> None:
    sent_at, answered = demo.moment(sent), answer.pop("answered", None)
    demo.writer.inserter.add(
        ImpactSurvey,
        client_id=client.id,
        person_id=client.people[0].id if client.people else None,
        address=f"results@{client.label.split()[0].lower()}.example",
        language="en",
        period_from=demo.day(sent - 182),
        period_to=demo.day(sent),
        state=SurveyState.answered if answered else SurveyState.sent,
        token_hash=hash_token(new_token()),
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=LINK_DAYS),
        answered_at=demo.moment(answered) if answered else None,
        version=1,
        **{"currency": "USD", "publish": PublishConsent.not_asked} | answer,
    )
