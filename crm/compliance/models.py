"""The log of gifts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, sparse
from crm.core.data.history import Audited, UndoMode
from crm.core.data.record import Record
from crm.core.words import _l
from crm.people.policy import OfficialKind

from .policy import GiftDirection, GiftKind, GiftState


class Gift(Audited, Base):
    """A gift, meal, trip, entertainment or donation between our staff and a person or organization.

    `usd` is the value at the rate of its day, None without a rate. `official` is the status of the other side when
    it was saved. `occasion_id` is a show or an interaction. It is visible to those who may see all that it names.
    """

    __tablename__ = "gift"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[GiftDirection] = field(_l("Direction"), code(GiftDirection), default=GiftDirection.by_us)
    kind: Mapped[GiftKind] = field(_l("Type"), code(GiftKind), default=GiftKind.gift)
    given_on: Mapped[date] = field(_l("Date"))
    person_id: Mapped[int | None] = field(_l("Person"), sa.ForeignKey("person.id"), widget="record")
    organization_id: Mapped[int | None] = field(
        _l("Organization"), sa.ForeignKey("organization.id"), widget="organization"
    )
    official: Mapped[OfficialKind] = field(_l("Official status"), code(OfficialKind), default=OfficialKind.none)
    user_id: Mapped[int] = field(_l("Our staff"), sa.ForeignKey("user.id"), widget="user")
    description: Mapped[str] = field(
        _l("Description"), sa.String(200), hint=_l("For example, tea set or dinner for two.")
    )
    purpose: Mapped[str] = field(_l("Purpose or occasion"), sa.String(300))
    amount: Mapped[Decimal] = field(_l("Value"), money())
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    usd: Mapped[Decimal | None] = field(_l("Value in US dollars"), money())
    occasion_id: Mapped[int | None] = field(_l("Show or interaction"), sa.ForeignKey("record.id"), widget="record")
    receipt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    state: Mapped[GiftState] = field(_l("Status"), code(GiftState), default=GiftState.not_needed)
    decided_by_id: Mapped[int | None] = field(_l("Decided by"), sa.ForeignKey("user.id"), widget="user")
    decided_at: Mapped[datetime | None] = field(_l("Decided on"), Instant)
    decision_note: Mapped[str | None] = field(_l("Reason"), sa.String(300))
    archived_at: Mapped[datetime | None] = field(_l("Archived"), Instant)
    version: Mapped[int] = mapped_column(default=1)
    confidential = column_property(
        sa.exists()
        .where(Record.__table__.c.confidential, Record.__table__.c.id.in_((person_id, organization_id, occasion_id)))
        .correlate_except(Record),
        deferred=True,
    )
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("person_id IS NOT NULL OR organization_id IS NOT NULL", name="has_other_side"),
        sa.Index("ix_gift_given_on", "given_on", "id"),
        sa.Index("ix_gift_state", "state", "given_on", "id"),
        sa.Index("ix_gift_person_id", "person_id", "given_on"),
        sa.Index("ix_gift_organization_id", "organization_id", "given_on"),
        sa.Index("ix_gift_user_id", "user_id", "given_on"),
        sparse("ix_gift_occasion_id", "occasion_id"),
    )
