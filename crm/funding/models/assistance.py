"""STEP assistance of clients, and their referrals to partners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field, money
from crm.core.data.history import Audited
from crm.core.words import _l
from crm.funding.policy.step import AssistanceState, ReferralPartner, StepActivity


class Assistance(Audited, Base):
    """Money for an export activity of a client; part of the client's data."""

    __tablename__ = "assistance"
    audit_root: ClassVar[str | None] = "client_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    award_id: Mapped[int | None] = field(_l("Award"), sa.ForeignKey("award.id"), index=True)
    activity: Mapped[StepActivity] = field(_l("Activity"), code(StepActivity), default=StepActivity.show)
    description: Mapped[str] = field(_l("Description"), sa.String(200), hint=_l("For example, booth at CIIE 2026."))
    state: Mapped[AssistanceState] = field(_l("Status"), code(AssistanceState), default=AssistanceState.requested)
    on: Mapped[date] = field(_l("Date of the activity"))
    approved: Mapped[Decimal | None] = field(_l("Approved (US$)"), money())
    spent: Mapped[Decimal | None] = field(_l("Spent (US$)"), money(), hint=_l("From the award, without the match."))
    match: Mapped[Decimal | None] = field(_l("Client's match (US$)"), money())
    report_due_on: Mapped[date | None] = field(_l("Client's report due"), index=True)
    report_received_on: Mapped[date | None] = field(_l("Report received"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.Index("ix_assistance_on", "on", "id"),)


class PartnerReferral(Audited, Base):
    """A referral of a client to a partner; part of the client's data."""

    __tablename__ = "partner_referral"
    audit_root: ClassVar[str | None] = "client_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    partner: Mapped[ReferralPartner] = field(_l("Partner"), code(ReferralPartner), default=ReferralPartner.useac)
    name: Mapped[str | None] = field(_l("Office or person"), sa.String(120))
    on: Mapped[date] = field(_l("Date"))
    reason: Mapped[str] = field(_l("Reason"), sa.String(300))
    result: Mapped[str | None] = field(_l("Result"), sa.String(300))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.Index("ix_partner_referral_on", "on", "id"),)
