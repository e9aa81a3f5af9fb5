"""Quantities and capacities: a number with its unit, and words where there is no number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from crm.core.words import _l
from crm.imports.readers.amounts import is_amount
from crm.imports.readers.rows import RowCells, text_too_long_message
from crm.products.policy import read_quantity

#: The currency of each mark, and the other currencies that have the same mark.
_CURRENCIES = (
    (re.compile(r"US\$|USD"), "USD", frozenset[str]()),
    (re.compile("RMB|CNY"), "CNY", frozenset[str]()),
    (re.compile("EUR|€"), "EUR", frozenset[str]()),
    (re.compile("元"), "CNY", frozenset({"TWD", "HKD", "MOP", "JPY"})),
    (re.compile("[¥￥]"), "CNY", frozenset({"JPY"})),
)
#: Columns of texts, and those of their numbers: "200 sets" in the column of the number is read as the text.
NUMBERS_IN_WORDS = {"quantity": "quantity_number", "capacity": "capacity_number"}
_MAX_CELL = 20_000


def read_number_or_words(cells: RowCells, values: dict[str, Any], name: str, longest: int) -> None:
    """Read "200 sets" as number and unit; another text in the column of the number is added to the details."""
    number_name, unit_name = NUMBERS_IN_WORDS[name], f"{name}_unit"
    if number_name in values:
        return
    in_words, details = cells.text(number_name, _MAX_CELL), values.get(name, "")
    quantity = read_quantity({name: in_words or details}, name)
    if quantity.get(number_name) is None:
        details = "; ".join(filter(None, (in_words, details)))
        if len(details) > longest:
            cells.add_problem(cells.heading(number_name), text_too_long_message(details, longest), refuses=True)
        elif details:
            values[name] = details
        return
    unit, other = quantity[unit_name], values.get(unit_name)
    if unit and other and unit.casefold() != other.casefold():
        cells.add_problem(
            cells.heading(unit_name),
            _l("Enter one unit. This row has “%(one)s” and “%(other)s”.", one=unit, other=other),
            refuses=True,
        )
    values |= {number_name: quantity[number_name]} | ({unit_name: unit} if unit else {})
    if not in_words:
        del values[name]


def read_currency_marks(cells: RowCells, values: dict[str, Any], names: Iterable[str]) -> None:
    """Take the currency from an amount like “RMB 500,000” or “500,000元”; another one in the row is an error."""
    for name in names:
        text = "".join(text for _target, _heading, text in cells.all(name))
        code, same_mark = next((entry[1:] for entry in _CURRENCIES if entry[0].search(text)), ("", frozenset()))
        if not code or name not in values:
            continue
        other = values.setdefault("currency", code)
        if other != code and other not in same_mark:
            message = _l("Enter one currency. This row has “%(one)s” and “%(other)s”.", one=code, other=other)
            cells.add_problem(cells.heading(name), message, refuses=True)


def is_number(cells: RowCells, name: str) -> bool:
    """Return whether all cells of a field are numbers."""
    return all(is_amount(text) for _target, _heading, text in cells.all(name))
