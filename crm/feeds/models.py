"""The secret feed of a user."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, field
from crm.core.data.history import Audited
from crm.core.words import _l


class CalendarFeed(Audited, Base):
    """The calendar feed of a user. Only the hash of its token is stored; a new token ends the old address."""

    __tablename__ = "calendar_feed"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    has_details: Mapped[bool] = field(
        _l("Include details"),
        default=False,
        hint=_l("Adds the place, participants and a link. Confidential items never have a title."),
    )
