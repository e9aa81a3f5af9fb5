"""One cell of a list: which record and field it shows, and its row as the list draws it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from crm.core.data.record import Record, get_visible
from crm.core.errors import BadRequest, NotFound
from crm.core.lists import Col, Listing, RowEditing, page, parse
from crm.core.policy import Actor
from crm.core.words import _

from .queries import find_listing


class ListCellField(NamedTuple):
    """A cell that can be edited in place."""

    listing: Listing
    editing: RowEditing
    col: Col
    record: Record


def load_cell(actor: Actor, record_id: int, args: Mapping[str, str]) -> ListCellField:
    """Return the cell that `list` and `column` name. Raises NotFound, Forbidden, BadRequest."""
    get_visible(Record, actor, record_id)
    listing = find_listing(args.get("list", "organizations"))
    editing = listing.editing
    col = next((col for col in listing.cols_for(actor) if col.name == args.get("column")), None)
    if editing is None or col is None or not editing.is_editable(col):
        raise BadRequest(_("Choose a column that can be edited."))
    return ListCellField(listing, editing, col, get_visible(listing.entity, actor, record_id, editing.right))


def draw_row(actor: Actor, cell: ListCellField, columns: str) -> Markup:
    """Return the row of the cell as its list draws it, with the chosen columns. Raises NotFound if it is not there."""
    params = {"ids": str(cell.record.id), "columns": columns}
    row_page = page(cell.listing, actor, parse(cell.listing, MultiDict(params), actor))
    if not row_page.rows:
        raise NotFound
    return row_page.body(pick=True)
