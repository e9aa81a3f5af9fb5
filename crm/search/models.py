"""Saved views of lists."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, field
from crm.core.data.history import Audited
from crm.core.words import _l


class SavedView(Audited, Base):
    """Filters and sort order of a list, saved by a user under a name; shared with the team if `team_id` is set."""

    __tablename__ = "saved_view"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    endpoint: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = field(_l("Name"), sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(1000))
    is_default: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the list opens with this view for its user."""
