"""Sessions, known devices, second factors, attempts and the security log."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, sparse

from .policy import EventKind, EventOutcome


class KnownDevice(Base):
    """A browser in which a user has completed a sign-in; its cookie has a random secret, the row its hash."""

    __tablename__ = "known_device"
    __table_args__ = (sa.UniqueConstraint("user_id", "token_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)


class AuthSession(Base):
    """One sign-in on one device; the cookie has its secret, the row its hash. It is over when `ended_at` is set."""

    __tablename__ = "auth_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    authenticated_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the password or second factor was last entered; None until the second factor of the sign-in is entered."""
    known_device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("known_device.id", ondelete="SET NULL"))
    challenge: Mapped[str | None] = mapped_column(sa.String(100))
    """The challenge that a passkey must sign next, base64url; used once."""


class AuthenticatorApp(Base):
    """The secret that a user shares with an authenticator app (TOTP), encrypted with a key made from CRM_SECRET_KEY."""

    __tablename__ = "authenticator_app"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(sa.String(500))
    last_counter: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The 30-second step of the last accepted code; only codes of later steps are accepted."""
    created_at: Mapped[datetime] = mapped_column(Instant)


class Passkey(Base):
    """A WebAuthn credential of a user: the public key; the private key never leaves the user's device."""

    __tablename__ = "passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code that replaces the second factor once; only its hash is stored."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class LoginTry(Base):
    """Failed sign-ins per key (an address, an account) since `since`."""

    __tablename__ = "login_try"
    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int] = mapped_column(default=0)


class SecurityEvent(Base):
    """An event in the security log. `record_id` isn't a foreign key, so that the event stays if an import is undone."""

    __tablename__ = "security_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[EventKind] = mapped_column(code(EventKind))
    outcome: Mapped[EventOutcome] = mapped_column(code(EventOutcome, 10), default=EventOutcome.ok)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    record_id: Mapped[int | None]
    count: Mapped[int | None]
    detail: Mapped[str] = mapped_column(sa.String(300), default="")
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    agent: Mapped[str] = mapped_column(sa.String(60), default="")
    __table_args__ = (
        sa.Index("ix_security_event_at_id", "at", "id"),
        sa.Index("ix_security_event_kind_at_id", "kind", "at", "id"),
        sa.Index("ix_security_event_outcome_at_id", "outcome", "at", "id"),
        sa.Index("ix_security_event_actor_id_at_id", "actor_id", "at", "id"),
        sa.Index("ix_security_event_user_id_at_id", "user_id", "at", "id"),
        sa.Index("ix_security_event_email_at_id", "email", "at", "id"),
        sa.Index("ix_security_event_address_at_id", "address", "at", "id"),
        sparse("ix_security_event_record_id", "record_id"),
    )
