"""Numbers of records: what a reader can't be sure of is refused, never changed to another number."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import xlsxwriter

from crm.imports.policy import ImportKind
from crm.imports.readers.headings import guess_columns, guessed_mapping
from crm.imports.readers.records import ParsedRecord, read_records
from crm.imports.readers.tables import read_table
from crm.imports.record_kinds import RECORD_KINDS


def read_row(kind: ImportKind, heading: str, cell: str) -> ParsedRecord:
    table = read_table(f'Name,Client,{heading}\nMeter,Delta,"{cell}"\n'.encode())
    (row,) = read_records(RECORD_KINDS[kind], table, guessed_mapping(guess_columns(kind.value, table.headings)))
    return row


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,200,000", "1200000"),
        ("$1,234.56", "1234.56"),
        ("US$ 50000", "50000"),
        ("-5", "-5"),
        ("3万", None),
        ("¥300元", "300"),
        ("RMB 300", "300"),
        (".5", "0.5"),
        ("1.2M", None),
        ("$5B", None),
        ("1.234,56", None),
        ("12,50", None),
        ("1,2000", None),
        ("(500)", None),
        ("1e5", None),
        ("$", None),
        ("-", None),
        ("+", None),
        ("10000000000000", None),
    ],
)
def test_amount_is_read_as_written_or_refused(cell, amount):
    row = read_row(ImportKind.opportunities, "Amount", cell)
    assert row.values.get("amount") == (Decimal(amount) if amount else None)
    assert row.is_refused is (amount is None)


@pytest.mark.parametrize(
    ("cell", "chance"),
    [
        ("60", 60),
        ("60%", 60),
        ("1", 1),
        ("0", 0),
        ("0.6", 60),
        ("0.5800000000000001", 58),
        ("0.6%", None),
        ("12.5%", None),
        ("0.125", None),
        ("1.5", None),
        ("-0.5", None),
    ],
)
def test_probability_is_a_whole_percentage_or_a_fraction_of_one(cell, chance):
    row = read_row(ImportKind.opportunities, "Probability", cell)
    assert (row.values.get("probability"), row.is_refused) == (chance, chance is None)


def test_cell_of_a_workbook_that_shows_a_percentage_is_read_as_one():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["Name", "Client", "Probability"])
        for line, number in enumerate((1, 0.6, 0), 1):
            sheet.write_row(line, 0, [f"Meter {line}", "Delta"])
            sheet.write_number(line, 2, number, percent)
    table = read_table(file.getvalue())
    mapping = guessed_mapping(guess_columns("opportunities", table.headings))
    rows = list(read_records(RECORD_KINDS[ImportKind.opportunities], table, mapping))
    assert [(row.values.get("probability"), row.is_refused) for row in rows] == [(100, False), (60, False), (0, False)]


@pytest.mark.parametrize(
    ("cell", "hs6"),
    [
        ("0101.21", "010121"),
        ("0101.21.00", "010121"),
        ("0101210010", "010121"),
        ("0101210010999", "010121"),
        ("1012100", None),
        ("101210010", None),
        ("10121", None),
    ],
)
def test_hs_code_without_its_leading_zero_is_refused(cell, hs6):
    row = read_row(ImportKind.products, "HS code", cell)
    assert (row.values.get("hs6"), row.is_refused) == (hs6, hs6 is None)
