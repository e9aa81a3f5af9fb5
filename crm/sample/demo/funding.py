"""Two awards of the demo with reports and goals, assistance of clients, and referrals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm.calendars import add_months, federal_year_start
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Team, User, actor_of
from crm.funding.models import Assistance, Award, AwardGoal, AwardReport, FunderRule, PartnerReferral
from crm.funding.policy.awards import GoalMeasure
from crm.funding.policy.filing import ReportKind
from crm.funding.policy.step import AssistanceState, ReferralPartner, StepActivity
from crm.funding.queries.assistance import list_reportable
from crm.funding.queries.filing import list_countable
from crm.funding.services.filing import file_report
from crm.interactions.counting import RequiredFact

from .demo_records import DemoRecords

AWARDS = (
    ("STEP", "SBAHQ-26-IT-0042", 450_000, 25, "clara"),
    ("SBA", "SBAHQ-26-B-0117", 680_000, 50, "clara"),
)
"""Funder, number, amount, match in percent, and who is responsible for the reports."""
GOALS = (
    ("STEP", GoalMeasure.clients, "Inland", None, 15),
    ("STEP", GoalMeasure.export_sales, "Inland", None, 2_500_000),
    ("STEP", GoalMeasure.hours, "Inland", "anna", 60),
    ("SBA", GoalMeasure.clients, None, None, 120),
    ("SBA", GoalMeasure.hours, "Inland", None, 150),
    ("SBA", GoalMeasure.long_term, "Inland", None, 12),
    ("SBA", GoalMeasure.sessions, "Inland", "anna", 10),
)
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
LOCATION_CODE = 904_117
REPORT_DAYS = 30
"""A quarterly report is due 30 days after the quarter."""
ASSISTANCE = (
    (
        "ClearAir Sensors",
        StepActivity.show,
        "Booth at the smart-city expo",
        AssistanceState.approved,
        20,
        9_500,
        None,
        80,
    ),
    (
        "Tri-Valley Sensors",
        StepActivity.translation,
        "Data sheets in Chinese",
        AssistanceState.completed,
        -40,
        4_000,
        3_850,
        7,
    ),
    (
        "Bay Cold Chain",
        StepActivity.compliance_testing,
        "CCC test of the logger",
        AssistanceState.paid,
        -120,
        6_000,
        5_940,
        -30,
    ),
    (
        "Redwood Filters",
        StepActivity.sales_trip,
        "Sales trip to Guangzhou",
        AssistanceState.requested,
        60,
        None,
        None,
        None,
    ),
)
"""Client, activity, description, state, day, approved, spent, and the day on which the report is due."""
REFERRALS = (
    (
        "ClearAir Sensors",
        ReferralPartner.useac,
        "Ontario office",
        -25,
        "Initial Market Check for Suzhou",
        "Report received",
    ),
    ("Tri-Valley Sensors", ReferralPartner.exim, None, -60, "Working capital for 200 sensors", "Guarantee approved"),
    ("Delta Orchards", ReferralPartner.sbdc, None, -9, "Cash-flow plan before exporting", None),
)


def create(demo: DemoRecords) -> None:
    """Create them."""
    awards = {row[0]: _add_award(demo, *row) for row in AWARDS}
    for code, measure, team, user, target in GOALS:
        _add(
            demo,
            AwardGoal,
            award_id=awards[code],
            measure=measure,
            team_id=demo.writer.teams[team] if team else None,
            user_id=demo.writer.users[user] if user else None,
            target=target,
        )
    _add(
        demo,
        FunderRule,
        funder_id=demo.writer.funders["SBA"],
        requirement=RequiredFact.naics,
        is_required=True,
        from_on=add_months(_first(demo), 6),
        source="Notice to partners, September",
    )
    for row in ASSISTANCE:
        _add_assistance(demo, awards["STEP"], *row)
    for client, partner, name, day, reason, result in REFERRALS:
        client_id = demo.organizations[client].id
        _add(
            demo,
            PartnerReferral,
            client_id=client_id,
            partner=partner,
            name=name,
            on=demo.workday(day),
            reason=reason,
            result=result,
        )


def _first(demo: DemoRecords) -> date:
    return federal_year_start(demo.writer.today)


def _add(demo: DemoRecords, cls: Any, **values: Any) -> int:
    return demo.writer.inserter.add(cls, **values)


def _add_award(demo: DemoRecords, code: str, number: str, amount: int, match: int, user: str) -> int:
    first = _first(demo)
    award_id = _add(
        demo,
        Award,
        funder_id=demo.writer.funders[code],
        number=number,
        from_on=first,
        to_on=add_months(first, 12) - timedelta(days=1),
        amount=amount,
        currency="USD",
        match_percent=match,
        location_code=LOCATION_CODE,
        responsible_id=demo.writer.users[user],
    )
    for number_of_quarter, name in enumerate(QUARTERS, 1):
        due = add_months(first, 3 * number_of_quarter) + timedelta(days=REPORT_DAYS - 1)
        sent = due - timedelta(days=4) if due < demo.writer.today else None
        _add(demo, AwardReport, award_id=award_id, name=f"{name} performance report", due_on=due, sent_on=sent)
    return award_id


def _add_assistance(demo: DemoRecords, award_id: int, *row: Any) -> None:
    client, activity, description, state, day, approved, spent, due = row
    _add(
        demo,
        Assistance,
        client_id=demo.organizations[client].id,
        award_id=award_id,
        activity=activity,
        description=description,
        state=state,
        on=demo.workday(day),
        approved=approved,
        spent=spent,
        # A third of what was spent is 25% of the total cost.
        match=round(spent / 3) if spent else None,
        report_due_on=demo.day(due) if due is not None else None,
        report_received_on=demo.day(due - 3) if due is not None and due < 0 else None,
    )


def file_first_months() -> None:
    """File the months of each award that are over, as the manager does on the fifth of the next month."""
    clara = db.session.scalars(sa.select(User).where(User.email == "clara@demo.example")).one()
    team_id = db.session.scalars(sa.select(Team.id).where(Team.name == "Inland")).one()
    last = clock.today(clara.zone).replace(day=1) - timedelta(days=1)
    actor = actor_of(clara, [team_id])
    for award in db.session.scalars(sa.select(Award)).all():
        if award.from_on >= last:
            continue
        values = {"team_id": team_id, "first": award.from_on, "last": last, "note": None}
        filed_at = min(datetime.combine(last + timedelta(days=5), time(17), UTC), clock.now())
        if list_countable(award, team_id, award.from_on, last):
            file_report(actor, award, values).filed_at = filed_at
        if list_reportable(award.id, team_id, award.from_on, last):
            file_report(actor, award, values | {"kind": ReportKind.assistance}).filed_at = filed_at
    db.session.flush()
