"""The text of one cell, as a person would read it: plain numbers, ISO dates, no formula guards."""

from __future__ import annotations

import datetime as dt
import re

from crm.core.lists.formulas import unescape_formula

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
"""What a spreadsheet takes for the start of a formula, full-width forms too."""
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
"""="013800138000", by which other programs keep a number's leading zero."""
_SPACES = str.maketrans(
    {"\u00a0": " ", "\u200b": "", "\u200e": "", "\u200f": "", "\u2060": "", "\u202d": "", "\u202c": ""}
)
_BREAKS = re.compile(r"\r\n?|\x0b|\x0c")
"""Line ends; programs write a line break within a paragraph as a vertical tab."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_cell(text: str) -> str:
    """Return a cell's text without our own formula guard, invisible characters and outer blanks."""
    text = text.strip() if text[:1] not in FORMULA_STARTS else text
    unescaped = unescape_formula(text)
    if unescaped != text:
        text = unescaped
    elif text.startswith("=") and (wrapped := _TEXT_FORMULA.fullmatch(text.strip())):
        text = wrapped[1]
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _BREAKS.sub("\n", text.translate(_SPACES))
    return _CONTROLS.sub("", text).strip()


def workbook_cell_text(value: object) -> str:
    """Return the text of a workbook's cell: 13800138000.0 is 13800138000, a date is ISO, True is TRUE."""
    if isinstance(value, str):
        return clean_cell(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.datetime):
        moment = value.replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ").removesuffix(":00")
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat().removesuffix(":00")
    return "" if value is None else str(value)


def _number(value: float) -> str:
    """Write whole numbers without a fraction or an exponent, and others as short as possible."""
    if value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    return repr(value)
