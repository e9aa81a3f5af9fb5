"""Workbooks of reports to funders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.funding.sheets import build_sheets
from tests.fixtures.workbooks import list_hidden_cells


@pytest.mark.one_engine
def test_columns_are_wide_enough_for_dates_and_amounts():
    rows = [["On", "Spent"], [date(2026, 3, 1), Decimal("12345678.50")], [None, None]]
    assert list_hidden_cells(build_sheets({"Assistance": rows})) == []
