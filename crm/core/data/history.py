"""History: every change of an audited row, written once, when it is flushed."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from crm.core import clock
from crm.core.data.base import Base, Instant, code
from crm.core.policy import Actor
from crm.core.words import LabeledEnum, _l


class Via(LabeledEnum):
    """The way by which a change came in."""

    web = "web", _l("via web")
    api = "api", _l("via API")
    job = "job", _l("via scheduled job")
    import_ = "import", _l("via import")
    shell = "shell", _l("via command line")


class Audited:
    """Mixin: changes of these rows are recorded. `audit_root` names the attribute with the root record's id."""

    __tablename__: str
    id: Any
    audit_root: ClassVar[str | None] = None
    audit_silent: ClassVar[frozenset[str]] = frozenset()


class Batch(Base):
    """An import or a merge as a whole: the unit that is undone."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class Change(Base):
    """What one flush changed in one row: attribute -> [old, new]."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    via: Mapped[Via] = mapped_column(code(Via))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"))
    what: Mapped[str] = mapped_column(sa.String(10))
    table: Mapped[str] = mapped_column(sa.String(60))
    row_id: Mapped[str] = mapped_column(sa.String(60))
    diff: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    __table_args__ = (
        sa.Index("ix_change_root_id_id", "root_id", "id"),
        sa.Index("ix_change_table_row", "table", "row_id"),
    )


def act_as(session: Session, actor: Actor | None, via: Via, batch_id: int | None = None) -> None:
    """Set on whose behalf the session writes from now on."""
    session.info["by"] = (actor.id if actor else None, via, batch_id)


@contextmanager
def in_batch(session: Session, batch: Batch) -> Iterator[None]:
    """Mark all changes that are flushed inside as part of one import or merge."""
    before = session.info.get("by", (None, Via.shell, None))
    session.flush()
    session.info["by"] = (before[0], before[1], batch.id)
    try:
        yield
        session.flush()
    finally:
        session.info["by"] = before


@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _keep_old_value(_cls: Any, _key: str, attribute: Any) -> None:
    """Load the old value before it is overwritten, also of an expired row."""
    if hasattr(attribute.impl, "active_history"):
        attribute.impl.active_history = True


AS_IT_IS = frozenset({type(None), str, int, float, bool, list, dict})


def plain(value: Any) -> Any:
    """Return a value as history stores it."""
    if type(value) in AS_IT_IS:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


NEVER = frozenset(
    {"tokens", "sort_key", "restricted", "version", "changed_at", "changed_by_id", "created_at", "created_by_id", "uid"}
)

STAMP = ("at", "actor_id", "via", "batch_id")


def _difference(row: Audited, *, whole: bool) -> dict[str, list[Any]]:
    state = sa.inspect(row)
    silent = NEVER | row.audit_silent
    by_table: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        if attribute.key in silent or attribute.columns[0].primary_key:
            continue
        if whole:
            by_table[attribute.key] = [plain(state.dict.get(attribute.key)), None]
            continue
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old, new = (plain(v[0]) if v else None for v in (history.deleted, history.added))
            if old != new:
                by_table[attribute.key] = [old, new]
    return by_table


@event.listens_for(Session, "after_flush")
def _write_changes(session: Session, _context: UOWTransaction) -> None:
    by = session.info.get("by", (None, Via.shell, None))
    rows = []
    for action, those in (("created", session.new), ("changed", session.dirty), ("deleted", session.deleted)):
        for row in those:
            if not isinstance(row, Audited):
                continue
            diff = _difference(row, whole=action == "deleted")
            if diff or action != "changed":
                root = getattr(row, row.audit_root) if row.audit_root else None
                key = "/".join(str(k) for k in sa.inspect(row).mapper.primary_key_from_instance(row))
                rows.append(
                    dict(zip(STAMP, (clock.now(), *by), strict=True))
                    | {"root_id": root, "what": action, "table": row.__tablename__, "row_id": key, "diff": diff}
                )
    if rows:
        session.execute(sa.insert(Change), rows)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """Refuse bulk statements on audited tables: they would leave no history."""
    mapper = state.bind_mapper
    if (state.is_update or state.is_delete) and mapper and issubclass(mapper.class_, Audited):
        raise RuntimeError(f"bulk change of audited {mapper.class_.__name__}")
