"""What a user has hidden on Today."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant


class HiddenWelcome(Base):
    """A user who hid the first steps on Today."""

    __tablename__ = "hidden_welcome"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
