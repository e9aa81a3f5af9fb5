"""The entries of a record's history: changes of its rows, and the merges of other records into it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for

from crm.core.data.history import ChangeSource
from crm.core.data.record import Record
from crm.core.words import _
from crm.merging.queries import list_merges


class FieldChange(NamedTuple):
    """One changed value; `restore` names the change and the field if the old value can be restored, else ""."""

    label: str
    old: str
    new: str
    restore: str = ""


class HistoryEntry(NamedTuple):
    """One change of one row, or a merge, with its id; `row_label` is "" where the row is the record itself."""

    id: int
    at: datetime
    user_name: str | None
    via: ChangeSource
    action: str
    row_label: str
    fields: list[FieldChange]
    url: str = ""

    @property
    def title(self) -> str:
        """What happened to which row, such as "Agreement added"; "" for a change of the record itself."""
        match self.action:
            case "created":
                return _("%(row)s added", row=self.row_label) if self.row_label else _("Record created")
            case "deleted":
                return _("%(row)s removed", row=self.row_label) if self.row_label else _("Record removed")
            case _:
                return self.row_label


class LoggedChange(NamedTuple):
    """A change as the database has it; `action` is created, changed or deleted."""

    id: int
    at: datetime
    user_name: str | None
    via: ChangeSource
    action: str
    table: str
    row_id: str
    diff: dict[str, list[Any]]


def build_merge_entries(record: Record) -> list[HistoryEntry]:
    """Return an entry for each merge of another record into this one, with a link to its page."""
    return [
        HistoryEntry(
            merge.id,
            merge.at,
            merge.user_name,
            ChangeSource.web,
            "merged",
            merge.title,
            [],
            url_for("merging.show", id=merge.id),
        )
        for merge in list_merges(record.id, also_undone=True)
    ]
