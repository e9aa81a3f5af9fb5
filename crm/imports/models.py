"""Tables of imports: the runs with their row reports, and the mappings of columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, db, new_uid


class ImportMapping(Base):
    """The fields that a user last chose for a set of headings."""

    __tablename__ = "import_mapping"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    heading_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class ImportRun(Base):
    """One import of a file."""

    __tablename__ = "import_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    stored_as: Mapped[str] = mapped_column(sa.String(80))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    preview: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, deferred=True)
    """How the file was read (crm.imports.preview); None for imports older than this column."""
    state: Mapped[str] = mapped_column(sa.String(20), default="preview", index=True)
    rows: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    written: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows written so far, while the import is written in slices."""
    worker: Mapped[str | None] = mapped_column(sa.String(36))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until then only `worker` writes the import; after that it was interrupted."""

    @property
    def report(self) -> list[Any]:
        """Return a line for each row of the file. One statement, with megabytes for a long import."""
        return db.session.scalar(sa.select(RowReport.lines).where(RowReport.run_id == self.id)) or []


class RowReport(Base):
    """The lines of an import's report, apart from the import: each slice of a long one changes its progress."""

    __tablename__ = "import_report"
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id"), primary_key=True, autoincrement=False)
    lines: Mapped[list[Any]] = mapped_column(sa.JSON)


class ExportArchive(Base):
    """The newest archive of everything that a user may see: a zip file, deleted after some days."""

    __tablename__ = "export_archive"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    """When it was requested, or once it is ready, when it was written."""
    rows: Mapped[int] = mapped_column(default=0)
    stored_as: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until then one worker writes it; after that the next one starts again."""
