"""Tariff and rule notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, field
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l


class TariffNote(Audited, Base):
    """What applies to an HS chapter, heading or subheading in a country; without a country, in all."""

    __tablename__ = "tariff_note"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    hs: Mapped[str] = field(
        _l("HS code"), sa.String(6), widget="hs", hint=_l("2, 4 or 6 digits: chapter, heading or subheading.")
    )
    country: Mapped[str | None] = field(
        _l("Country"), sa.String(2), widget="country", hint=_l("Leave blank for all countries.")
    )
    text: Mapped[str] = field(_l("Note"), sa.String(2000), widget="area")
    source: Mapped[str] = field(_l("Source"), sa.String(500), hint=_l("A web address or the name of a document."))
    noted_on: Mapped[date] = field(_l("Date"), hint=_l("When the source was published or checked."))
    valid_until: Mapped[date | None] = field(_l("Valid until"))
    author_id: Mapped[int | None] = field(_l("Author"), sa.ForeignKey("user.id"), widget="user")
    archived_at: Mapped[datetime | None] = field(_l("Archived"), Instant)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_tariff_note_hs", "hs", "id"),
        sa.Index("ix_tariff_note_noted_on", "noted_on", "id"),
    )
