"""Milestones, impact surveys and their schedules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, sparse
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l

from .policy import SURVEY_MONTHS, Confirmation, MilestoneKind, MilestoneStatus, PublishConsent, SurveyState


class Milestone(Record):
    """A result of a client, expected or actual, and what led to it.

    `opportunity_id` brings its own project, China rep, meetings and shows; the other links are chosen by the user.
    Confirmed by the client once `confirmed_on` is set.
    """

    __tablename__ = "milestone"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    title: Mapped[str] = field(_l("Title"), sa.String(200))
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    type: Mapped[MilestoneKind] = field(_l("Type"), code(MilestoneKind), default=MilestoneKind.export_sale)
    status: Mapped[MilestoneStatus] = field(
        _l("Expected or actual"), code(MilestoneStatus), default=MilestoneStatus.actual
    )
    amount: Mapped[Decimal | None] = field(_l("Amount"), money(), hint=_l("Leave blank if unknown."))
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    jobs: Mapped[int | None] = field(_l("Jobs created or retained"))
    country: Mapped[str | None] = field(_l("Country"), sa.String(2), widget="country")
    on: Mapped[date] = field(_l("Date"), hint=_l("When it happened or is expected."))
    reported_on: Mapped[date] = field(_l("Reported on"), hint=_l("When the client reported it."))
    opportunity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opportunity.id"))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    show_id: Mapped[int | None] = mapped_column(sa.ForeignKey("show.id"))
    representation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("representation.id"))
    funder_id: Mapped[int | None] = field(_l("Funder"), sa.ForeignKey("funder.id"))
    confirmed_on: Mapped[date | None] = field(_l("Confirmed on"))
    confirmed_how: Mapped[Confirmation | None] = field(_l("How confirmed"), code(Confirmation))
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_by_name: Mapped[str | None] = field(
        _l("Confirmed by (name)"), sa.String(120), hint=_l("Use this if the person isn't on record.")
    )
    publish: Mapped[PublishConsent] = field(
        _l("May we publish it?"), code(PublishConsent), default=PublishConsent.not_asked
    )
    evidence: Mapped[str | None] = field(
        _l("Evidence"), sa.String(300), hint=_l("For example, contract no. 26-118. Add files after saving.")
    )
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    survey_id: Mapped[int | None] = mapped_column(sa.ForeignKey("impact_survey.id"))
    __mapper_args__ = {"polymorphic_identity": "milestone"}
    __table_args__ = (
        sa.Index("ix_milestone_on", "on", "id"),
        sa.Index("ix_milestone_type", "type", "status", "on", "id"),
        *(
            sparse(f"ix_milestone_{name}", name)
            for name in (
                "opportunity_id",
                "project_id",
                "post_id",
                "show_id",
                "representation_id",
                "funder_id",
                "confirmed_by_id",
                "survey_id",
            )
        ),
    )


class SurveyPlan(Audited, Base):
    """The schedule of a client's surveys: every few months after an award or a signed contract.

    `next_on` is the date of the next survey, None when the schedule is over. `automatic`: sent on that day without
    the counselor; otherwise the counselor is reminded.
    """

    __tablename__ = "survey_plan"
    audit_root: ClassVar[str | None] = "client_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opportunity.id"))
    reason: Mapped[str] = field(_l("Reason"), sa.String(200), hint=_l("For example, STEP award 2026."))
    starts_on: Mapped[date] = field(_l("Award or contract date"))
    every_months: Mapped[int] = field(_l("Months between surveys"), default=SURVEY_MONTHS)
    until_on: Mapped[date] = field(_l("Last survey by"))
    next_on: Mapped[date | None] = field(_l("Next survey"), index=True)
    person_id: Mapped[int | None] = field(_l("Recipient"), sa.ForeignKey("person.id"), widget="record")
    automatic: Mapped[bool] = field(
        _l("Send automatically"), default=False, hint=_l("Otherwise you get a reminder to send it yourself.")
    )
    on_workday: Mapped[bool] = field(
        _l("Send at 9:00 AM their time, on their next working day"),
        default=False,
        hint=_l("For surveys that are sent automatically."),
    )
    paused_at: Mapped[datetime | None] = field(_l("Paused"), Instant)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sparse("ix_survey_plan_opportunity_id", "opportunity_id"),
        sparse("ix_survey_plan_person_id", "person_id"),
    )


class ImpactSurvey(Audited, Base):
    """One survey that was sent to a client, and the answer as the client wrote it.

    `sent_at` is in the future until a scheduled email is sent. `token_hash` is the SHA-256 of the secret in the link.
    A client may correct the answer until it is accepted or declined. `sale_countries` and `new_countries` are codes
    separated by commas.
    """

    __tablename__ = "impact_survey"
    audit_root: ClassVar[str | None] = "client_id"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opportunity.id"))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_plan.id"))
    person_id: Mapped[int | None] = field(_l("Recipient"), sa.ForeignKey("person.id"), widget="record")
    address: Mapped[str] = field(_l("Email"), sa.String(254), widget="email")
    language: Mapped[str] = field(_l("Language"), sa.String(10))
    period_from: Mapped[date] = field(_l("Period from"))
    period_to: Mapped[date] = field(_l("Period to"))
    state: Mapped[SurveyState] = field(_l("Status"), code(SurveyState), default=SurveyState.sent)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_at: Mapped[datetime] = field(_l("Sent"), Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = field(_l("Answered"), Instant)
    answered_by: Mapped[str | None] = field(_l("Your name"), sa.String(120))
    sales: Mapped[Decimal | None] = field(_l("Export sales"), money())
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    sale_countries: Mapped[str | None] = field(_l("Countries of the sales"), sa.String(200))
    new_countries: Mapped[str | None] = field(_l("New markets"), sa.String(200))
    jobs: Mapped[int | None] = field(_l("Jobs created or retained"))
    publish: Mapped[PublishConsent] = field(
        _l("May we publish it?"), code(PublishConsent), default=PublishConsent.not_asked
    )
    comment: Mapped[str | None] = field(_l("Comment"), sa.String(2000), widget="area")
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decline_reason: Mapped[str | None] = field(_l("Reason"), sa.String(300))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_impact_survey_state", "state", "sent_at", "id"),
        sa.Index("ix_impact_survey_sent_at", "sent_at", "id"),
        sparse("ix_impact_survey_opportunity_id", "opportunity_id"),
        sparse("ix_impact_survey_plan_id", "plan_id"),
        sparse("ix_impact_survey_person_id", "person_id"),
    )
