"""Sessions, throttle and security log: written in their own short transactions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, Instant


class AuthSession(Base):
    """One sign-in on one device; the cookie holds its secret, the row its hash. Ended rows no longer count."""

    __tablename__ = "auth_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(60), default="")


class LoginTry(Base):
    """Failed sign-ins per key (an address, an account) since `since`."""

    __tablename__ = "login_try"
    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int] = mapped_column(default=0)


class SecurityEvent(Base):
    """What happened to an account: sign-in, failure, password change, disabling."""

    __tablename__ = "security_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(40))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    address: Mapped[str] = mapped_column(sa.String(60), default="")
