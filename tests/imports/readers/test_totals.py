"""Rows with totals below a list are skipped, and rows that only look like them are not."""

from __future__ import annotations

import time

import pytest

from crm.imports.readers.errors import ReadError
from crm.imports.readers.limits import MAX_ROWS
from crm.imports.readers.tables import read_table


@pytest.mark.parametrize(
    "total",
    [
        *("Total,2,", "Grand Total:,,1500.00", ",合计,$3", "小计：2家,,", "总计 2 人,,", "Total,,$ 1000", "合计,5人,"),
        *("总人数,2,", "总数：2,,", "共 2 人,,"),
    ],
)
def test_row_of_totals_is_no_record(total):
    table = read_table(f"Name,E-mail,Amount\nLi Hui,li@hd.cn,2\n{total}\nMa Jun,,3\n".encode())
    assert [row.cells[0] for row in table.rows] == ["Li Hui", "Ma Jun"]
    assert [str(note) for note in table.notes] == ["1 row with a total or note was skipped: row 3."]


@pytest.mark.parametrize(
    "name",
    [
        *("Total,,", "Total Energies,2,", "Total,Paris,2", "Sum,,2", "合计科技,,1", "Li,2,3", "Total,,+8610"),
        *("Total People,,50", "Total Companies,,100", "Total contacts: 2,,", "共青团,,2", "总人,,2"),
    ],
)
def test_name_that_resembles_a_total_stays(name):
    table = read_table(f"Name,City,Amount\n{name}\n".encode())
    assert (len(table.rows), table.notes) == (1, ())


@pytest.mark.parametrize("amount", ["RMB 500,000", "500,000元", "￥500,000", "US$ 1,000.50", "-5", "1.000.000,00"])
def test_total_with_a_currency_is_skipped(amount):
    assert len(read_table(f'Name,Amount\nLi,2\n合计,"{amount}"\n'.encode()).rows) == 1


@pytest.mark.parametrize(
    ("heading", "phone"), [("City", "+86 10 12345678"), ("Phone", "010 12345678"), ("电话", "62345678")]
)
def test_company_named_total_with_a_phone_number_stays(heading, phone):
    assert len(read_table(f"Name,{heading}\nTotal,{phone}\n".encode()).rows) == 1


def test_file_with_nothing_but_totals_is_described_as_such():
    with pytest.raises(ReadError) as error:
        read_table(b"Name,Amount\nTotal,100\n")
    assert str(error.value.message).startswith("1 row with a total or note was skipped: row 2.")


def test_many_totals_are_skipped_in_time_proportional_to_their_number():
    begun = time.process_time()
    assert len(read_table(b"Name,Amount\n" + b"Li,2\nTotal,2\n" * 20_000).rows) == 20_000
    assert time.process_time() - begun < 2


def test_rows_over_the_limit_are_refused_with_totals_too():
    with pytest.raises(ReadError) as error:
        read_table(b"Name,Amount\n" + b"Total,2\n" * 5 + b"Li,2\n" * (MAX_ROWS + 1))
    assert error.value.code == "too_long"


@pytest.mark.parametrize(
    "remark",
    [
        "Note: internal use only",
        "制表人：王芳",
        "备注：以上为内部资料",
        "Prepared by Anna Ruiz",
        "Page 1 of 3",
        "第2页 共3页",
    ],
)
def test_remark_below_a_list_is_no_record(remark):
    table = read_table(f"Name,City\nLi Hui,Fresno\n\n{remark},\n".encode())
    assert [row.cells[0] for row in table.rows] == ["Li Hui"]
    assert [str(note) for note in table.notes] == ["1 row with a total or note was skipped: row 4."]


@pytest.mark.parametrize(
    "name", ["Page,", "Paige 1,", "Noted Foods,", "备注公司,", "Note: VIP,Fresno", "Source Foods,", "制表人,"]
)
def test_name_that_resembles_a_remark_stays(name):
    assert len(read_table(f"Name,City\n{name}\n".encode()).rows) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [
            *("Organization", "Created by Kids", "Printed by Design", "Exported on Demand", "Prepared by Dana"),
            *("Page 1", "Source: Elements Inc", "说明：书店", "", "Note: The Bakery"),
        ],
        ["Name,Notes", ",Note: call him", "Li Hui,Note: x", "", ",Note: call him"],
        ["Organization,City", "Created by Kids,"],
        ["Organization,City", "Created by Kids,", "Page 1,"],
        ["Organization,City", "Acme,Fresno", "Created by Kids,", "Bay Foods,"],
        ["姓名,公司", "注：已离职,", "王五,x"],
    ],
)
def test_row_between_others_or_in_another_column_is_no_remark(lines):
    table = read_table("\n".join(lines).encode())

    assert [row.line for row in table.rows] == [number for number, line in enumerate(lines, 1) if line][1:]
    assert table.notes == ()


def test_remarks_after_a_blank_row_and_at_the_end_are_skipped_with_their_numbers():
    lines = [
        "Name,City",
        "Li Hui,Ningbo",
        "",
        "Prepared by Anna,",
        "Page 1 of 2,",
        "Ma Jun,Fresno",
        "Total,2",
        "Page 2,",
    ]

    table = read_table("\n".join(lines).encode())

    assert [row.cells[0] for row in table.rows] == ["Li Hui", "Ma Jun"]
    assert [str(note) for note in table.notes] == ["4 rows with totals or notes were skipped: rows 4, 5, 7, 8."]


def test_note_lists_the_first_of_many_skipped_rows():
    notes = read_table(b"Name,Amount\nLi,2\n" + b"Total,2\n" * 12).notes

    rows = "3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …"
    assert [str(note) for note in notes] == [f"12 rows with totals or notes were skipped: rows {rows}."]
