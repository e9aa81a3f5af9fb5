"""How the rows of a list are changed: one cell or fact in place, or many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.data.base import db
from crm.core.data.bulk_changes import Derive, set_columns
from crm.core.data.record import Record
from crm.core.forms.forms import Form
from crm.core.policy import Actor

if TYPE_CHECKING:
    from crm.core.lists.declare import Col


SaveMany = Callable[[Actor, Sequence[int], Mapping[str, Any]], Mapping[int, str]]
"""Saves values in many rows that aren't confidential, with few statements.

Gets the actor, the ids of the rows, and the values by field. Returns why some rows can't have them, by id; raises
Invalid when none can.
"""


def save_columns(entity: type[Record], *names: str, derive: Derive | None = None) -> dict[str, SaveMany]:
    """Return how columns are stored without checks; `derive` returns what follows from them, by id of the record."""

    def save(_actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> Mapping[int, str]:
        set_columns(db.session(), entity, ids, values, derive)
        return {}

    return dict.fromkeys(names, save)


@dataclass(frozen=True)
class RowEditing:
    """The form whose fields are edited in a list or on the page of a row, and the service that saves them.

    Columns name their field in `Col.field`. `right` is checked for each row. `save` gets the actor, the row and the
    values of one or more fields; it raises Invalid. `many` has the fields that can be saved in many rows with few
    statements, and how; the others are saved row by row. `facts` are fields without a column that the page of a row
    shows; everyone who may edit the row may edit them. `only_many` are fields that can't be edited in place, because
    they stand for several values of a row.
    """

    form: type[Form]
    right: str
    save: Callable[[Actor, Any, Mapping[str, Any]], object]
    many: Mapping[str, SaveMany] = field(default_factory=dict, hash=False)
    facts: tuple[str, ...] = ()
    only_many: tuple[str, ...] = ()

    def has(self, field: str) -> bool:
        return getattr(self.form, field, None) is not None

    @property
    def has_tags(self) -> bool:
        return self.has("tags")

    def is_editable(self, col: Col) -> bool:
        """Return whether the cells of a column can be edited in place."""
        return bool(col.field) and self.has(col.field) and col.field not in self.only_many

    def is_for_many(self, col: Col) -> bool:
        """Return whether the column can be set for many rows: not their name, and not what tells them apart."""
        is_editable = self.is_editable(col) or col.field in self.only_many
        return is_editable and col.kind != "name" and not col.is_unique


class FieldForm(Form):
    """A form with fields of another form, for one row or for many."""

    def __init_subclass__(cls) -> None:
        """Leave the classes that `field_form` makes out of the list of forms."""


@lru_cache(maxsize=512)
def field_form(editing: RowEditing, *fields: str) -> type[FieldForm]:
    """Return the form with some fields of the form that edits a row, and the fields' own checks."""
    checks = [check for field in fields if hasattr(editing.form, check := f"validate_{field}")]
    return type("FieldForm", (FieldForm,), {name: getattr(editing.form, name) for name in (*fields, *checks)})
