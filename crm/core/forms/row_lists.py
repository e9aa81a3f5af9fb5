"""Rows of subforms, and errors of fields and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

import wtforms as w
from wtforms.utils import unset_value

from crm.core.forms.params import is_number
from crm.core.forms.pickers import PickField

MOST_ROWS = 200
"""How many rows of a form are read at most, whatever its own limit."""


class FieldList(w.FieldList):
    """Rows of a form; fields whose name has anything but plain digits as the row number are ignored.

    `max_entries` limits how many rows users add. Those that imports, merges or a one-sentence log add beyond it stay.
    """

    max_entries: int | None
    grows_by: str = ""
    """The field of a row whose text in the last row adds an empty one."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the submitted rows, or else the stored ones."""
        if self.max_entries:
            sent = len(set(self._extract_indices(self.name, formdata))) if formdata else 0
            stored = len(data) if isinstance(data, Sized) else 0
            self.max_entries = max(self.max_entries, stored, min(sent, MOST_ROWS))
        super().process(formdata, data, extra_filters)
        self._share_stored_records()

    def _share_stored_records(self) -> None:
        """Let the pickers of each row accept what is stored in any: rows change places, and some are removed."""
        rows = [row for row in self.object_data or () if isinstance(row, Mapping)]
        for field in (field for entry in self.entries for field in getattr(entry, "form", ())):
            if isinstance(field, PickField):
                field.stored_in_rows = [row.get(field.short_name) for row in rows]

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        names = (name[len(prefix) + 1 :].split("-", 1)[0] for name in formdata if name.startswith(f"{prefix}-"))
        return (int(number) for number in names if is_number(number))


def clear_errors(fields: Iterable[w.Field]) -> None:
    """Remove the errors of fields and of their rows, for a form that is shown again before it is saved."""
    for field in fields:
        if isinstance(field, w.FormField):
            clear_errors(field.form)
        else:
            field.errors = []
            clear_errors(field.entries if isinstance(field, w.FieldList) else ())
