"""The markup of table rows and filter choices, built in Python.

A macro would be too slow: calls and lookups for each cell would be most of the work for a page.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import Markup, escape

from crm.core.i18n.formats import lang_attribute, mark_lang, memoize_format
from crm.core.lists.cells import ListCell
from crm.core.words import _

if TYPE_CHECKING:
    from crm.core.lists.page import FilterView, ListColumn, ListRow

TEXTS = frozenset({"text", "user", "link", "name", "country", "zone", "hs", "tags", "unit"})
NAMELESS = frozenset({"date", "moment", "num"})
"""Kinds whose values need the column's heading to be understood."""
BELOW = 3
"""How many hidden cells are shown below the first one on a phone."""
LINE = 24
"""The longest name of a user, in characters, that stays on one line."""
Draw = Callable[[ListCell], str]


def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made of escaped parts only


def body(columns: Sequence[ListColumn], rows: Sequence[ListRow], *, pick: bool, marked: Container[int] = ()) -> Markup:
    """Render the rows of a table; `pick` adds a box to each, checked for the `marked` ones.

    On phones, cells of hide_phone columns move below the first cell; of the plain numbers only those with a unit.
    """
    draw = [_cell_of(column) for column in columns[1:]]
    second = [
        index for index, column in enumerate(columns) if index and column.hide_phone and column.kind not in NAMELESS
    ]
    small: Draw = memoize_format(lambda cell: f"<span>{mark_lang(cell.value)}</span>")
    units = [index for index in second if columns[index].kind == "unit" and columns[index - 1].kind == "num"]
    label = _("Select %(item)s")
    lines = []
    for row in rows:
        values = _join_units(row.cells, units) if units else row.cells
        below = [small(values[index]) for index in second if values[index].value][:BELOW]
        under = f'<div class="second small dim">{"".join(below)}</div>' if below else ""
        cells = "".join([write(cell) for write, cell in zip(draw, row.cells[1:], strict=True)])
        head = f'<th scope="row">{_first(row)}{under}</th>'
        lines.append(f"<tr>{_box(row, label, row.id in marked) if pick else ''}{head}{cells}</tr>")
    return _html("\n".join(lines))


def _join_units(cells: Sequence[ListCell], units: Sequence[int]) -> list[ListCell]:
    """Return the cells with each unit after the number of the column before it: "60 sets"."""
    joined = list(cells)
    for index in units:
        number, unit = cells[index - 1].value, cells[index].value
        joined[index] = cells[index]._replace(value=f"{number} {unit}" if number and unit else "")
    return joined


def _cell_of(column: ListColumn) -> Draw:
    hidden = " hide-p" if column.hide_phone else ""

    def write(cell: ListCell) -> str:
        css = f"{column.align}{hidden} {_width(column.kind, cell)}"
        css_class = css if column.align or hasattr(cell.value, "__html__") else f"{css} dim"
        return f'<td class="{css_class}">{mark_lang(cell.value)}</td>'

    return memoize_format(write)


def _width(kind: str, cell: ListCell) -> str:
    """Return the class of a cell: `fit` stays on one line, `text` and `long` wrap."""
    if kind == "user":
        return "fit" if len(cell.value) <= LINE else "text"
    if kind == "long":
        return "long"
    return "text" if kind in TEXTS else "fit"


def _first(row: ListRow) -> str:
    cell = row.cells[0]
    drawn = mark_lang(cell.value)
    if not row.url or (hasattr(cell.value, "__html__") and "<a " in drawn):
        return drawn
    return f'<a class="strong" href="{escape(row.url)}">{drawn}</a>'


def _box(row: ListRow, label: str, is_marked: bool) -> str:  # noqa: FBT001 - called for each row
    cell = row.cells[0]
    text = label % {"item": cell.name or escape(cell.value).striptags()}
    return (
        f'<td class="ck"><input class="form-check-input" type="checkbox" form="bulk" name="ids" value="{row.id}"'
        f'{" checked" if is_marked else ""} data-select aria-label="{escape(text)}"></td>'
    )


@lru_cache(maxsize=256)
def filter_field(view: FilterView, _language: str) -> Markup:
    """Render the field of a filter in its form; what is in it is the key, so equal fields are rendered once."""
    module: Any = current_app.jinja_env.get_template("_ui/filter_fields.html").module
    field: Markup = module.filter_field(view)
    return field


def options(choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> Markup:
    """Render the options of a select, with the chosen ones selected."""
    return _html(
        "".join(
            [
                f'<option value="{escape(value)}"{" selected" if value in chosen else ""}{lang_attribute(label)}>'
                f"{escape(label)}</option>"
                for value, label in choices
            ]
        )
    )
