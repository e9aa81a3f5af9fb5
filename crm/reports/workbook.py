"""A report as an XLSX workbook: a first sheet about the report, then a sheet for each table, ready to use."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel import numbers

from crm.core.i18n import formats
from crm.core.lists.formulas import WORKBOOK_OPTIONS
from crm.core.lists.sheet_names import name_sheet
from crm.core.texts import text_width
from crm.core.words import _

from .layout import Report, ReportCell, ReportSection

MIN_WIDTH, MAX_WIDTH = 8, 60
SENTENCE_ENDS = (".", "?", "!", "。", "？", "！")
Facts = Sequence[tuple[str, str]]
FormatOf = Callable[[ReportCell], Any]


def build_workbook(title: str, report: Report, facts: Facts) -> bytes:
    """Return the bytes of the workbook of a report; `facts` are what its first sheet says about the report."""
    file = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only needed here

    with xlsxwriter.Workbook(file, {"in_memory": True, **WORKBOOK_OPTIONS}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        _fill_summary(book.add_worksheet(_("Summary")), title, report, facts, (bold, wrap))
        format_of = _cell_formats(book)
        for section in report.sections:
            _fill_table(book.add_worksheet(name_sheet(section.sheet, book.sheetnames)), section, bold, format_of)
    return file.getvalue()


def _fill_summary(sheet: Any, title: str, report: Report, facts: Facts, styles: tuple[Any, Any]) -> None:
    """Write the facts, the answer, the figures at the top of the page, and what each table says."""
    bold, wrap = styles
    tiles = [(tile.label, ", ".join(filter(None, (tile.value, tile.note)))) for tile in report.tiles]
    sections = [(s.sheet, _join_sentences(s.title, s.text, s.note)) for s in report.sections]
    notes = [(_("Answer"), report.answer), *([(_("Note"), report.note)] if report.note else [])]
    sheet.write_string(0, 0, title, bold)
    for row, (label, text) in enumerate([*facts, *notes, *tiles, *sections], 2):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrap)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)


def _join_sentences(*texts: str) -> str:
    """Return texts in one line, each with a period or its own end."""
    return " ".join(text if text.endswith(SENTENCE_ENDS) else f"{text}." for text in texts if text)


def _cell_formats(book: Any) -> FormatOf:
    """Return a function that returns the number format of a cell: amounts, dates, shares, counts."""

    @cache
    def number_format(pattern: str) -> Any:
        return book.add_format({"num_format": pattern})

    def format_of(cell: ReportCell) -> Any:
        if isinstance(cell.value, date):
            return number_format("yyyy-mm-dd")
        if cell.is_percent:
            return number_format('0"%"')
        decimals = "0.00" if isinstance(cell.value, Decimal) and cell.value % 1 else "0"
        return number_format(_money_pattern(cell.currency, decimals) if cell.currency else f"#,##{decimals}")

    return format_of


def _money_pattern(currency: str, decimals: str) -> str:
    """Return the pattern of amounts: "[$CN¥]#,##0"."""
    return f"[${numbers.get_currency_symbol(currency, locale=formats.locale())}]#,##{decimals}"


def _fill_table(sheet: Any, section: ReportSection, bold: Any, format_of: FormatOf) -> None:
    """Write a table; a column of amounts that leave out currencies is followed by one with these."""
    column, partial = 0, section.partial_columns
    for i, head in enumerate(section.columns):
        sheet.write_string(0, column, head.label, bold)
        sheet.set_column(column, column, _width(section, i))
        for row, line in enumerate(section.lines, 1):
            _write(sheet, (row, column), line[i], format_of)
            if i in partial:
                sheet.write_string(row, column + 1, line[i].unconverted)
        if i in partial:
            sheet.write_string(0, column + 1, _("No exchange rate"), bold)
        column += 1 + (i in partial)
    sheet.freeze_panes(1, 1)


def _width(section: ReportSection, column: int) -> int:
    """Return the width of a column: that of its widest text, within limits."""
    texts = [section.columns[column].label]
    texts += [_shown_text(line[column]) for line in section.lines]
    longest = max(map(text_width, texts))
    return min(max(longest + 2, MIN_WIDTH), MAX_WIDTH)


def _shown_text(cell: ReportCell) -> str:
    """Return what a sheet shows in a cell, such as "$1,240,000"; a column that is too narrow for it shows ####."""
    if isinstance(cell.value, int | Decimal):
        symbol = numbers.get_currency_symbol(cell.currency, locale=formats.locale()) if cell.currency else ""
        return f"{symbol}{cell.value:,.{2 if cell.value % 1 else 0}f}"
    return str(cell.value or "")


def _write(sheet: Any, position: tuple[int, int], cell: ReportCell, format_of: FormatOf) -> None:
    match cell.value:
        case None | "":
            return
        case date():
            sheet.write_datetime(*position, cell.value, format_of(cell))
        case int() | Decimal():
            sheet.write_number(*position, cell.value, format_of(cell))
        case _:
            sheet.write_string(*position, str(cell.value))
