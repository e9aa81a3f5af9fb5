"""History: every change of an audited row, written once, when it is flushed."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, mapped_column

from crm.core import clock
from crm.core.data.base import Base, Instant, code, new_uid
from crm.core.data.changed_rows import CREATED, note_lines
from crm.core.data.differences import describe_change
from crm.core.data.named_users import USER_NAMED_INDEX
from crm.core.hooks import CHANGES_WRITTEN
from crm.core.policy import Actor
from crm.core.words import LabeledEnum, _l


class ChangeSource(LabeledEnum):
    """The way by which a change came in."""

    web = "web", _l("via web")
    api = "api", _l("via API")
    mail = "mail", _l("via email")
    job = "job", _l("via scheduled job")
    import_ = "import", _l("via import")
    shell = "shell", _l("via command line")


BY_PEOPLE = (ChangeSource.web, ChangeSource.mail)
"""What a user does by these ways, one request or answer at a time, is an action."""


class Audited:
    """Mixin: changes of these rows are recorded. `audit_root` names the attribute with the root record's id."""

    __tablename__: str
    id: Any
    audit_root: ClassVar[str | None] = None
    audit_silent: ClassVar[frozenset[str]] = frozenset()
    undo_mode: ClassVar[UndoMode | None] = None


class UndoMode(enum.Enum):
    """What undo does with the changes of a table: by default it restores rows of records and refuses all others."""

    restore = "restore"
    ignore = "ignore"
    refuse = "refuse"


ACTION, UNDO = "action", "undo"
"""Kinds of batches: what one request of a user changed, and the undo of such a batch."""
MERGE, UNMERGE = "merge", "unmerge"
"""Kinds of batches: a merge of two records, and the undo of one."""


class Batch(Base):
    """An import, a merge or what one request changed, as a whole: the unit that is undone.

    The title of an action is the success message that the user saw; "" for one that can't be undone.
    """

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (sa.Index("ix_batch_actor_id_at", "actor_id", "at"),)


class Change(Base):
    """What one flush changed in one row: attribute -> [old, new]."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    via: Mapped[ChangeSource] = mapped_column(code(ChangeSource))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"))
    action: Mapped[str] = mapped_column(sa.String(10))
    table: Mapped[str] = mapped_column(sa.String(60))
    row_id: Mapped[str] = mapped_column(sa.String(60))
    diff: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    __table_args__ = (
        sa.Index("ix_change_root_id_id", "root_id", "id"),
        sa.Index("ix_change_table_row", "table", "row_id"),
        sa.Index("ix_change_user_named", "at", **USER_NAMED_INDEX),
    )


INSERT_BATCH = sa.insert(Base.metadata.tables[Batch.__tablename__]).returning(sa.column("id", sa.Integer))
INSERT_CHANGES = sa.insert(Base.metadata.tables[Change.__tablename__])


class Author(NamedTuple):
    """On whose behalf a session writes (None: a job or a command), from which source, and in which batch."""

    actor_id: int | None = None
    via: ChangeSource = ChangeSource.shell
    batch_id: int | None = None


def act_as(session: Session, actor: Actor | None, via: ChangeSource, batch_id: int | None = None) -> None:
    """Set on whose behalf the session writes from now on."""
    session.info["author"] = Author(actor.id if actor else None, via, batch_id)


def author_of(session: Session) -> Author:
    """Return on whose behalf the session writes; that of the command line if it wasn't set."""
    author: Author = session.info.get("author") or Author()
    return author


@contextmanager
def same_author_after(session: Session) -> Iterator[Author]:
    """Write on behalf of the same author after the block as before it."""
    author = author_of(session)
    try:
        yield author
    finally:
        session.info["author"] = author


def build_stamp(session: Session) -> dict[str, Any]:
    """Return who writes now and how, as columns of a change; the first change of a request begins an action."""
    author = author_of(session)
    if author.batch_id is None:
        author = author._replace(batch_id=begin_action(session))
    return dict(zip(STAMP, (clock.now(), *author), strict=True))


def begin_action(session: Session, title: str = "") -> int | None:
    """Insert the batch of a request and remember it, and the transaction with which it would be rolled back.

    Returns its id; None for a job or a command.
    """
    author = author_of(session)
    if author.via not in BY_PEOPLE or author.actor_id is None:
        return None
    values = {"uid": new_uid(), "kind": ACTION, "title": title[:200], "at": clock.now(), "actor_id": author.actor_id}
    batch_id: int = session.connection().execute(INSERT_BATCH, values).scalar_one()
    session.info["author"] = author._replace(batch_id=batch_id)
    session.info["action"] = (batch_id, session.get_nested_transaction() or session.get_transaction())
    return batch_id


def current_action(session: Session) -> int | None:
    """Return the id of the batch of this request; None if it has changed nothing."""
    session.flush()
    batch_id = author_of(session).batch_id
    return batch_id if batch_id == session.info.get("action", (0,))[0] else None


@event.listens_for(Session, "after_soft_rollback")
def _discard_action(session: Session, rolled_back: SessionTransaction) -> None:
    batch_id, transaction = session.info.get("action", (None, None))
    author = author_of(session)
    if batch_id is not None and batch_id == author.batch_id and (rolled_back is transaction or not rolled_back.nested):
        session.info["author"] = author._replace(batch_id=None)


@contextmanager
def in_batch(session: Session, batch: Batch) -> Iterator[None]:
    """Mark all changes that are flushed inside as part of one import or merge."""
    with same_author_after(session) as author:
        session.flush()
        session.info["author"] = author._replace(batch_id=batch.id)
        yield
        session.flush()


@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _keep_old_value(_cls: Any, _key: str, attribute: Any) -> None:
    """Load the old value before it is overwritten, also of an expired row."""
    if hasattr(attribute.impl, "active_history"):
        attribute.impl.active_history = True


STAMP = ("at", "actor_id", "via", "batch_id")
UNWRITTEN = "unwritten_changes"
"""The key in `session.info` for changes that `history_at_end` writes later."""


@event.listens_for(Session, "after_flush")
def _write_changes(session: Session, _context: UOWTransaction) -> None:
    flushed = ((CREATED, session.new), ("changed", session.dirty), ("deleted", session.deleted))
    audited = ((row, action) for action, objects in flushed for row in objects if isinstance(row, Audited))
    rows = [change for row, action in audited if (change := describe_change(row, action))]
    if rows and UNWRITTEN in session.info:
        session.info[UNWRITTEN] += rows
    elif rows:
        insert_changes(session, rows)


def insert_changes(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write what was changed in rows: root_id, what, table, row_id and diff of each. Calls the hooks."""
    signed = build_stamp(session)
    changes = [signed | row for row in rows]
    session.connection().execute(INSERT_CHANGES, changes)
    note_lines(session, rows, signed["batch_id"])
    for hook in CHANGES_WRITTEN:
        hook(session, changes)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """Refuse bulk statements on audited tables: they would leave no history."""
    mapper = state.bind_mapper
    if (state.is_update or state.is_delete) and mapper and issubclass(mapper.class_, Audited):
        raise RuntimeError(f"bulk change of audited {mapper.class_.__name__}")
