"""Teams, users and memberships. They are in core because every record has a team and a counselor."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core.data.base import Base, Instant, code, db, field, new_uid
from crm.core.data.engines import on_sqlite
from crm.core.data.history import Audited
from crm.core.data.locks import lock_row
from crm.core.policy import Actor, DateFormat, Limit, ReminderChoice, Right, Role
from crm.core.words import _l


class Team(Audited, Base):
    """A center, or a part of one with clients of its own."""

    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    name: Mapped[str] = field(_l("Name"), sa.String(80), unique=True)
    country: Mapped[str] = field(_l("Country"), sa.String(2), default="US", widget="country")
    zone: Mapped[str] = field(_l("Time zone"), sa.String(60), default="America/Los_Angeles", widget="zone")
    postal_address: Mapped[str | None] = field(
        _l("Postal address"),
        sa.String(300),
        widget="area",
        hint=_l("Shown at the end of emails to several people, as the law requires. Begin with the center's name."),
    )
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class User(Audited, Base):
    """A user who signs in. Deactivated users stay, because history names them."""

    __tablename__ = "user"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"password", "fs_uniquifier", "last_seen_at", "filing_number"})
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    email: Mapped[str] = field(_l("Email"), sa.String(254), unique=True, widget="email")
    name: Mapped[str] = field(_l("Name"), sa.String(120))
    native_name: Mapped[str | None] = field(_l("Chinese name"), sa.String(120))
    password: Mapped[str | None] = mapped_column(sa.String(255))
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True, default=new_uid)
    active: Mapped[bool] = mapped_column(default=True)
    role: Mapped[Role] = field(_l("Role"), code(Role), default=Role.staff)
    has_compliance: Mapped[bool] = field(
        _l("Compliance"),
        default=False,
        hint=_l("Can see opportunities on hold for export review, and set or lift holds."),
    )
    is_china_desk: Mapped[bool] = field(
        _l("China desk"), default=False, hint=_l("Can't see sales, ownership or funders.")
    )
    zone: Mapped[str] = field(_l("Time zone"), sa.String(60), default="America/Los_Angeles", widget="zone")
    country: Mapped[str] = field(
        _l("Country"), sa.String(2), default="US", widget="country", hint=_l("Sets which holidays apply.")
    )
    language: Mapped[str] = field(_l("Language"), sa.String(10), default="en", widget="own language")
    date_format: Mapped[DateFormat | None] = field(_l("Date and time format"), code(DateFormat))
    digest_hour: Mapped[int] = field(
        _l("Digest time"), default=7, widget="hour", hint=_l("Local time, on working days only.")
    )
    reminders: Mapped[ReminderChoice] = field(_l("Reminders"), code(ReminderChoice), default=ReminderChoice.timed)
    keys_on: Mapped[bool] = field(
        _l("Single-key shortcuts"),
        default=True,
        hint=_l("For example: d = mark as done, l = log interaction, ? = all shortcuts."),
    )
    created_at: Mapped[datetime] = mapped_column(Instant)
    invited_at: Mapped[datetime | None] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    filing_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Membership(Audited, Base):
    """A user in a team; the one with the lowest `position` is the primary team."""

    __tablename__ = "membership"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


ACTOR_COLUMNS = (
    User.id,
    User.name,
    User.role,
    User.has_compliance,
    User.is_china_desk,
    User.zone,
    User.country,
    User.language,
    User.keys_on,
    User.date_format,
)
"""What `actor_of` reads."""


def actor_of(user: User, teams: list[int]) -> Actor:
    """Return the actor of a user, or of a row with ACTOR_COLUMNS; `teams` are in the user's order."""
    return Actor(
        id=user.id,
        name=user.name,
        role=user.role,
        team_ids=frozenset(teams),
        first_team_id=teams[0] if teams else None,
        rights=frozenset({Right.compliance} if user.has_compliance else ()),
        limits=frozenset({Limit.china_desk} if user.is_china_desk else ()),
        zone=user.zone,
        country=user.country,
        language=user.language,
        keys_on=user.keys_on,
        date_format=user.date_format,
    )


def load_actor(user: User, session: Session | None = None) -> Actor:
    """Return the actor of a user with the teams of this moment; one statement, in `session` or the current one."""
    stmt = sa.select(Membership.team_id).where(Membership.user_id == user.id).order_by(Membership.position)
    return actor_of(user, list((session or db.session).scalars(stmt)))


def load_actors(*where: sa.ColumnExpressionArgument[bool]) -> list[Actor]:
    """Return the actors of the users under these conditions, by id, with the teams of this moment; one statement."""
    stmt = sa.select(*ACTOR_COLUMNS, Membership.team_id).outerjoin(Membership, Membership.user_id == User.id)
    rows = db.session.execute(stmt.where(*where).order_by(User.id, Membership.position))
    by_user = (list(group) for _user_id, group in groupby(rows, key=lambda row: row.id))
    return [actor_of(cast("User", own[0]), [row.team_id for row in own if row.team_id is not None]) for own in by_user]


def lock_team(team_id: int) -> None:
    """Wait for others who save what there may be only once in a team, such as targets of a month, until they commit."""
    lock_row(Team, team_id)


def share_team_lock(team_id: int) -> None:
    """Block `lock_team` of a team until this transaction ends; several transactions can share this lock.

    On SQLite only one transaction writes at a time.
    """
    if not on_sqlite():
        db.session.execute(sa.select(Team.id).where(Team.id == team_id).with_for_update(read=True))
