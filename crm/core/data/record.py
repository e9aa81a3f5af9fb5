"""What every root record shares: identity, team, counselor, access, names for search, derived dates."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import LoaderCallableStatus, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from crm.core import clock
from crm.core.data.access import AccessProfile, of_own_teams
from crm.core.data.base import Base, Instant, db, field, new_uid, sort_text, sparse
from crm.core.data.history import Audited, UndoMode, author_of
from crm.core.errors import Forbidden, Invalid, NotFound, RecordMerged
from crm.core.hooks import CONFIDENTIAL_OPENED, DEPENDENT_UPDATES, DERIVED_DATES
from crm.core.policy import Actor, Role, can
from crm.core.words import _, _l

R = TypeVar("R", bound="Record")
ARCHIVE_COLUMNS = ("archived_at", "archived_why")


class Record(Audited, Base):
    """Parent row of every root record (joined inheritance: the root's id is its record's id)."""

    __tablename__ = "record"
    audit_root: ClassVar[str | None] = "id"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(sa.String(20))
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"), index=True, widget="team")
    counselor_id: Mapped[int | None] = field(_l("Counselor"), sa.ForeignKey("user.id"), widget="user")
    confidential: Mapped[bool] = field(
        _l("Confidential"),
        default=False,
        hint=_l("Visible only to the counselor, named readers and the team's managers."),
    )
    # True when readers were chosen for this record itself: they stay when the records it is about change.
    restricted: Mapped[bool] = mapped_column(default=False)
    # True for a record about confidential records of several teams: the managers of one may not see the others.
    without_managers: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str] = mapped_column(sa.String(200), default="")
    native_label: Mapped[str] = mapped_column(sa.String(200), default="")
    sort_key: Mapped[str] = mapped_column(sort_text(), default="")
    tokens: Mapped[str] = mapped_column(sa.Text, default="")
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    archived_why: Mapped[str | None] = field(_l("Reason for archiving"), sa.String(300))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    # The record into which this one was merged: it is archived, no list, search or form offers it, its URL leads there.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"polymorphic_on": kind, "version_id_col": version}
    __table_args__: Any = (
        sa.Index("ix_record_list", "kind", "sort_key", "id", "team_id", "confidential", "archived_at"),
        sa.Index("ix_record_counselor", "counselor_id", "kind", "id"),
        sa.Index("ix_record_recent", "kind", "changed_at", "id"),
        # Not a partial index of one kind: SQLite would prepare each statement with a kind anew for each execution.
        sa.Index("ix_record_created", "kind", "created_at", "id"),
        sparse("ix_record_archived", "archived_at", "id"),
        sa.Index("ix_record_team", "kind", "team_id", "sort_key", "id"),
        sparse("ix_record_merged_into_id", "merged_into_id"),
        sa.Index(
            "ix_record_confidential",
            "kind",
            "team_id",
            "id",
            sqlite_where=sa.text("confidential = 1"),
            postgresql_where=sa.text("confidential"),
        ),
        sa.CheckConstraint("NOT confidential OR team_id IS NOT NULL", name="confidential_has_team"),
    )

    @property
    def reader_ids(self) -> frozenset[int]:
        """Return the other users who see it while it is confidential. One statement, and none for other records."""
        if not self.confidential:
            return frozenset()
        stmt = sa.select(RecordReader.user_id).where(RecordReader.record_id == self.id)
        return frozenset(db.session.scalars(stmt))


class RecordReader(Audited, Base):
    """A user who may see a confidential record besides its counselor."""

    __tablename__ = "record_reader"
    audit_root: ClassVar[str | None] = "record_id"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.ignore
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, index=True)


def visible(viewer: Actor | AccessProfile, record: Any = Record) -> sa.ColumnElement[bool]:
    """Return the access rule as a condition, the same as `policy.may_see`. A page uses it some thirty times.

    It is never NULL, so its negation selects exactly the other rows.
    """
    # The columns of a plain table can't be a cache key.
    if record.__hash__:
        return _access_condition(viewer, record)
    return _access_condition.__wrapped__(viewer, record)


@lru_cache(maxsize=512)
def _access_condition(viewer: Actor | AccessProfile, record: Any) -> sa.ColumnElement[bool]:
    if viewer.is_system:
        return sa.true()
    in_teams = (
        sa.true() if viewer.sees_all_teams else sa.or_(record.team_id.is_(None), of_own_teams(viewer, record.team_id))
    )
    open_to_me = sa.and_(sa.not_(record.confidential), in_teams)
    if viewer.id is None:
        return open_to_me
    is_reader = sa.exists().where(RecordReader.record_id == record.id, RecordReader.user_id == viewer.id)
    is_counselor = sa.and_(record.counselor_id.is_not(None), record.counselor_id == viewer.id)
    conditions = [is_counselor, is_reader.correlate_except(RecordReader)]
    if viewer.role is Role.manager:
        conditions.append(sa.and_(of_own_teams(viewer, record.team_id), sa.not_(record.without_managers)))
    return sa.or_(open_to_me, sa.and_(record.confidential, sa.or_(*conditions)))


def counseled_by(user_id: Any, cls: type[Record]) -> sa.ColumnElement[bool]:
    """Return the condition of a user's records of one kind. The index has both columns, so the kind is always given."""
    return sa.and_(cls.counselor_id == user_id, cls.kind == cls.__mapper__.polymorphic_identity)


def get_visible(cls: type[R], actor: Actor, record_id: int, right: str | None = None) -> R:
    """Return a record.

    Raises NotFound when missing or not visible, Merged when it was merged into another one, and Forbidden when visible
    without `right` on it.
    """
    stmt = sa.select(cls).where(cls.id == record_id, visible(actor, cls))
    record: R | None = db.session.scalars(stmt).one_or_none()
    if record is None:
        raise NotFound
    refuse_merged(actor, record)
    if right is not None and not can(actor, right, record):
        raise Forbidden
    announce_opened(record)
    return record


def refuse_merged(actor: Actor, record: Record) -> None:
    """Raise Merged for a record that was merged into another one; NotFound if the actor may not see that one."""
    if record.merged_into_id is None:
        return
    if find_visible(actor, record.merged_into_id) is None:
        raise NotFound
    raise RecordMerged(record.merged_into_id)


def refuse_archived(record: Record) -> None:
    """Raise Invalid for an archived record, to which something would be added."""
    if record.archived_at is not None:
        raise Invalid(archived_text(record))


def archived_text(record: Record) -> str:
    """Return what to do before something is added to an archived record."""
    return _("“%(name)s” is archived. Restore it, then try again.", name=record.label or record.native_label)


def announce_opened(record: Record) -> None:
    """Call the hooks for a confidential record that was loaded for a user with access."""
    for hook in CONFIDENTIAL_OPENED if record.confidential else ():
        hook(record.id)


def find_visible(actor: Actor, record_id: int | None) -> Record | None:
    """Return a record that another one refers to; None if the actor may not see it: the page then omits its name."""
    if record_id is None:
        return None
    return db.session.scalars(sa.select(Record).where(Record.id == record_id, visible(actor))).one_or_none()


def get_referenced(cls: type[R], actor: Actor, record_id: int, existing_ids: Container[int | None] = ()) -> R:
    """Return the record that a form names; one of `existing_ids` may be hidden from the actor. Raises NotFound."""
    return db.session.get_one(cls, record_id) if record_id in existing_ids else get_visible(cls, actor, record_id)


def refresh_derived(record: Record) -> None:
    """Update what is derived from a record whose archive state or access has changed."""
    refresh = DERIVED_DATES.get(record.kind)
    if refresh is not None:
        db.session.flush()
        refresh(record.id)


def update_dependents(record: Record) -> None:
    """Update what depends on a record after it was renamed, moved, reassigned or made confidential."""
    db.session.flush()
    for update in DEPENDENT_UPDATES:
        update(record)


def touch(record: Record) -> None:
    """Count a change of a dependent row as a change of the record: its version and time stamp advance."""
    flag_modified(record, "changed_at")


def archive_record(record: Record, why: str) -> None:
    """Archive a record with a reason; lists and search then omit it by default."""
    record.archived_at = clock.now()
    record.archived_why = why
    refresh_derived(record)


def restore_record(record: Record) -> None:
    """Restore a record from the archive."""
    record.archived_at = None
    record.archived_why = None
    refresh_derived(record)


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: Any, _instances: Any) -> None:
    user_id = author_of(session).actor_id
    for row in session.new:
        if isinstance(row, Record):
            if sa.inspect(row).attrs.created_at.loaded_value in (None, LoaderCallableStatus.NO_VALUE):
                row.created_at = clock.now()
            row.created_by_id = row.created_by_id or user_id
            row.changed_at = clock.now()
            row.changed_by_id = user_id
    for row in session.dirty:
        if isinstance(row, Record) and session.is_modified(row):
            row.changed_at = clock.now()
            row.changed_by_id = user_id
