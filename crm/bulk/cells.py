"""What is edited in place: a cell of a list or a fact of a record page, and the row as the list draws it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from crm.core.data.record import Record, get_visible
from crm.core.errors import BadRequest
from crm.core.lists import Listing, RowEditing, page, parse
from crm.core.policy import Actor
from crm.core.words import _

from .queries import find_listing, list_editable_fields


class EditedCell(NamedTuple):
    """The fields of a record that are edited in place: of a column of a list, or of a fact on the record's page."""

    listing: Listing
    editing: RowEditing
    fields: tuple[str, ...]
    record: Record
    is_fact: bool


def load_cell(actor: Actor, record_id: int, args: Mapping[str, str]) -> EditedCell:
    """Return the cell that `list` and `column` name, or the fact of `list` and `fields` (names with commas).

    Raises NotFound, Forbidden, BadRequest.
    """
    get_visible(Record, actor, record_id)
    listing, is_fact = find_listing(args.get("list", "organizations")), "fields" in args
    fields = tuple(args["fields"].split(",")) if is_fact else _column_fields(listing, actor, args.get("column", ""))
    editing = listing.editing
    if editing is None or not fields or not list_editable_fields(listing, actor).issuperset(fields):
        raise BadRequest(_("Choose a field that can be edited."))
    record = get_visible(listing.entity, actor, record_id, editing.right)
    return EditedCell(listing, editing, fields, record, is_fact)


def _column_fields(listing: Listing, actor: Actor, name: str) -> tuple[str, ...]:
    return tuple(col.field for col in listing.cols_for(actor) if col.name == name)


def draw_row(actor: Actor, cell: EditedCell, columns: str) -> Markup:
    """Return the row of the cell as its list draws it, with the chosen columns.

    Empty if the change took the row from the list, such as that of a confidential record whose counselor reassigned it.
    """
    params = {"ids": str(cell.record.id), "columns": columns}
    row_page = page(cell.listing, actor, parse(cell.listing, MultiDict(params), actor))
    return row_page.body(pick=True) if row_page.rows else Markup()
