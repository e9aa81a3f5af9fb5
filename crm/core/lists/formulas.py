"""Texts that spreadsheets would run as formulas: escaped in files, and read back."""

from __future__ import annotations

import re

# Characters that spreadsheets take for the start of a formula, also full-width; the apostrophe comes first, so that it
# can be escaped too.
FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
WORKBOOK_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of xlsxwriter: texts stay texts."""
PHONE = re.compile(r"\+[1-9][0-9 ]{5,18}[0-9]")


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: prefixed with an apostrophe, except a phone number."""
    return f"'{text}" if FORMULA.match(text) and not PHONE.fullmatch(text) else text


def unescape_formula(text: str) -> str:
    """Return a text without the apostrophe that `escape_formula` adds."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
