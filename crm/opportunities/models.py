"""Opportunities, their changes, and the summary tables of those that are neither confidential nor archived."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.access import SHARED
from crm.core.data.base import Base, Instant, code, field, money, sparse
from crm.core.data.record import Record
from crm.core.data.summaries import SUMMARIES, Summary
from crm.core.data.visibility_keys import VisibilityKeyed
from crm.core.words import _l

from .policy import LIKELY_PERCENT, is_open
from .stages import Certainty, LicenseGate, OpportunityStage, SalesPath, WaitingFor


class Opportunity(VisibilityKeyed, Record):
    """One client's chance at a contract; `amount` is the client's share. Closes on a day or in a quarter (2027Q1)."""

    __tablename__ = "opportunity"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    title: Mapped[str] = field(_l("Title"), sa.String(200))
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    path: Mapped[SalesPath] = field(_l("Sales path"), code(SalesPath), default=SalesPath.project)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    buyer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    buyer_contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id"), index=True)
    second_counselor_id: Mapped[int | None] = field(
        _l("Second counselor"),
        sa.ForeignKey("user.id"),
        widget="user",
        hint=_l("Helps the counselor and can see the opportunity, too."),
    )
    representation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("representation.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"), index=True)
    stage: Mapped[OpportunityStage] = field(_l("Stage"), code(OpportunityStage), default=OpportunityStage.matched)
    stage_since: Mapped[datetime] = mapped_column(Instant)
    held_from: Mapped[OpportunityStage | None] = mapped_column(code(OpportunityStage))
    amount: Mapped[Decimal | None] = field(
        _l("Amount"), money(), hint=_l("The client's share. Leave blank if unknown.")
    )
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    probability: Mapped[int | None] = field(
        _l("Probability (%)"), widget="percent", hint=_l("Leave blank to use the stage default.")
    )
    certainty: Mapped[Certainty | None] = field(_l("Confidence"), code(Certainty))
    chance: Mapped[int | None] = mapped_column()
    close_on: Mapped[date | None] = field(_l("Close date"))
    close_quarter: Mapped[str | None] = field(_l("Or close quarter"), sa.String(6), hint=_l("For example, Q1 2027."))
    close_key: Mapped[date] = mapped_column(sa.Date, default=date(9999, 12, 31))
    waiting_for: Mapped[WaitingFor] = field(_l("Waiting for"), code(WaitingFor), default=WaitingFor.us)
    waiting_since: Mapped[datetime] = mapped_column(Instant)
    license_gate: Mapped[LicenseGate] = field(_l("Export license"), code(LicenseGate), default=LicenseGate.to_determine)
    lost_reason_id: Mapped[int | None] = field(_l("Lost reason"), sa.ForeignKey("lost_reason.id"), widget="lost_reason")
    end_why: Mapped[str | None] = field(_l("Reason"), sa.String(500))
    wakes_on: Mapped[date | None] = field(_l("Reopen on"))
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    # Derived from team, confidentiality and archive (`core.data.visibility_keys`), so that one index counts the board.
    visibility_key: Mapped[int] = mapped_column()
    __mapper_args__ = {"polymorphic_identity": "opportunity"}
    __table_args__ = (
        sa.Index(
            "ix_opportunity_visible", "visibility_key", "stage", "currency", "amount", "chance", "stage_since", "id"
        ),
        sa.Index("ix_opportunity_stage", "stage", "stage_since", "id", "visibility_key"),
        sa.Index("ix_opportunity_close", "close_key", "id"),
        sparse("ix_opportunity_lost_reason_id", "lost_reason_id"),
        sparse("ix_opportunity_second_counselor_id", "second_counselor_id"),
    )


class OpportunityChange(Base):
    """A change of a field, or with its `undone_code` one that was undone; `skipped` lists the tests left unmet."""

    __tablename__ = "opportunity_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(sa.ForeignKey("opportunity.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    field: Mapped[str] = mapped_column(sa.String(20))
    old: Mapped[str | None] = mapped_column(sa.String(60))
    new: Mapped[str | None] = mapped_column(sa.String(60))
    why: Mapped[str | None] = mapped_column(sa.String(500))
    skipped: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    __table_args__ = (
        sa.Index("ix_opportunity_change_case", "opportunity_id", "at", "field", "new", "old"),
        sa.Index("ix_opportunity_change_field", "field", "at", "opportunity_id", "new", "old"),
    )


class StageRates(Base):
    """The default probabilities that a manager chose for a team, in percent by stage; empty for the standard ones.

    `counts`: how many opportunities were signed and closed by then, by stage.
    """

    __tablename__ = "stage_rates"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    percents: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    counts: Mapped[dict[str, list[int]]] = mapped_column(sa.JSON, default=dict)


MEASURES = ("opportunities", "with_amount", "cents", "weighted_cents")
"""What the summary tables add up; `weighted_cents` are cents times the probability in percent."""


class StageSum(Base):
    """Opportunities of a team by stage, counselor, path and currency; a key of 0 means no team or no counselor."""

    __tablename__ = "opportunity_stage_sum"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_key: Mapped[int]
    stage: Mapped[OpportunityStage] = mapped_column(code(OpportunityStage))
    counselor_key: Mapped[int]
    path: Mapped[SalesPath] = mapped_column(code(SalesPath))
    currency: Mapped[str] = mapped_column(sa.String(3))
    opportunities: Mapped[int]
    with_amount: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    weighted_cents: Mapped[int] = mapped_column(sa.BigInteger)


class CloseSum(Base):
    """Open opportunities of a team by month of the close date (12 x year + month - 1), likelihood and currency."""

    __tablename__ = "opportunity_close_sum"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_key: Mapped[int]
    month: Mapped[int]
    likely: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    opportunities: Mapped[int]
    with_amount: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    weighted_cents: Mapped[int] = mapped_column(sa.BigInteger)


def _select_sums(**keys: Any) -> sa.Select[Any]:
    """Select the measures by team, the other keys and currency."""
    row, record = Opportunity.__table__.c, Record.__table__
    cents = sa.cast(sa.func.round(row.amount * sa.literal_column("100")), sa.BigInteger)
    measures = (
        sa.func.count(),
        sa.func.count(row.amount),
        sa.func.coalesce(sa.func.sum(cents), 0),
        sa.func.coalesce(sa.func.sum(cents * row.chance), 0),
    )
    columns = {"team_key": row.visibility_key, **keys, "currency": row.currency} | dict(
        zip(MEASURES, measures, strict=True)
    )
    return (
        sa.select(*(column.label(name) for name, column in columns.items()))
        .join_from(Opportunity.__table__, record, record.c.id == row.id)
        .where(row.visibility_key >= SHARED)
        .group_by(row.visibility_key, *keys.values(), row.currency)
    )


def _list_watched_columns(*names: str) -> frozenset[str]:
    return frozenset({"team_id", "confidential", "archived_at", "stage", "currency", "amount", "chance", *names})


_ROW, _RECORD = Opportunity.__table__.c, Record.__table__.c
STAGE_SUMS = Summary(
    StageSum.__table__,
    ("team_key", "stage", "counselor_key", "path", "currency"),
    MEASURES,
    {
        Opportunity: _select_sums(
            stage=_ROW.stage,
            counselor_key=sa.func.coalesce(_RECORD.counselor_id, sa.literal_column("0")),
            path=_ROW.path,
        )
    },
    _list_watched_columns("counselor_id", "path"),
)
CLOSE_SUMS = Summary(
    CloseSum.__table__,
    ("team_key", "month", "likely", "currency"),
    MEASURES,
    {
        Opportunity: _select_sums(
            month=sa.extract("year", _ROW.close_key) * sa.literal_column("12")
            + sa.extract("month", _ROW.close_key)
            - sa.literal_column("1"),
            likely=sa.case(
                (_ROW.chance >= sa.literal_column(str(LIKELY_PERCENT)), sa.literal_column("1")),
                else_=sa.literal_column("0"),
            ),
        ).where(_ROW.stage.in_([stage for stage in OpportunityStage if is_open(stage)]))
    },
    _list_watched_columns("close_key"),
)
SUMMARIES.extend((STAGE_SUMS, CLOSE_SUMS))
