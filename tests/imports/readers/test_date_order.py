"""The order of day and month follows from the dates of a file that have only one meaning."""

from __future__ import annotations

import pytest

from crm.imports.policy import ImportKind
from crm.imports.readers.headings import guessed_mapping, mapping_to_codes
from crm.imports.source import ReadSettings, open_source


def read_days(*dates: str) -> tuple[list[str], str]:
    """Return the due dates of a file, "" for an error, and the note on its dates."""
    lines = "".join(f"Call {number},{text}\n" for number, text in enumerate(dates))
    source = open_source(f"Title,Due\n{lines}".encode(), ImportKind.followups, ReadSettings())
    codes = mapping_to_codes(guessed_mapping(source.guesses()))
    return [str(row.due_on or "") for row in source.rows(codes)], " ".join(map(str, source.notes_on_columns(codes)))


@pytest.mark.parametrize(
    ("dates", "days", "note"),
    [
        (
            ("03/04/2026", "25/12/2026"),
            ["2026-04-03", "2026-12-25"],
            "Dates like 03/04/2026 are read as day/month/year, as in 25/12/2026.",
        ),
        (
            ("03/04/2026 14:30", "12/25/26"),
            ["2026-03-04", "2026-12-25"],
            "Dates like 03/04/2026 14:30 are read as month/day/year, as in 12/25/26.",
        ),
        (
            ("03/04/2026", "04.03.2026"),
            ["2026-03-04", "2026-03-04"],
            "Dates like 03/04/2026 are read in the order of your date format.",
        ),
        (
            ("03-04-2026", "25/12/2026", "12/25/2026"),
            ["2026-03-04", "2026-12-25", "2026-12-25"],
            (
                "Check the dates: 25/12/2026 and 12/25/2026 have different orders of day and month. "
                "Dates like 03-04-2026 are read in the order of your date format."
            ),
        ),
        (("12/12/2026", "2026-03-04", "25/12/2026", "99/99/2026"), ["2026-12-12", "2026-03-04", "2026-12-25", ""], ""),
    ],
)
def test_one_date_tells_the_order_of_the_others(dates, days, note):
    assert read_days(*dates) == (days, note)


def test_file_without_dates_has_no_note_on_them():
    source = open_source(b"Name,Birthday\nZhou Limin,03/04/1980\n", None, ReadSettings())
    assert source.notes_on_columns(["full_name", ""]) == ()


def read_with_columns(text: str, codes: list[str]) -> tuple[str, int]:
    """Return the due date of the first row, and the number of notes."""
    source = open_source(text.encode(), ImportKind.followups, ReadSettings())
    return str(source.rows(codes)[0].due_on), len(source.notes_on_columns(codes))


@pytest.mark.parametrize("number", ["13-10-26", "25/12/2026"])
def test_only_columns_of_dates_tell_the_order(number):
    text = f"Title,Due,Ref\nCall,03/04/2026,{number}\n"
    assert read_with_columns(text, ["title", "due", ""]) == ("2026-03-04", 1)
    assert read_with_columns(text, ["title", "due", "note"]) == ("2026-03-04", 1)
    assert read_with_columns(text, ["title", "", "due"])[1] == 0


def test_date_below_many_blank_rows_tells_the_order():
    text = "Title,Due\nCall,03/04/2026\n" + "Call,\n" * 40 + "Call,25/12/2026\n"
    assert read_with_columns(text, ["title", "due"]) == ("2026-04-03", 1)


def test_date_columns_of_records_tell_the_order():
    source = open_source(b"Name,From,To\nExpo,03/04/2027,25/04/2027\n", ImportKind.shows, ReadSettings())
    (row,) = source.rows(["name", "starts_on", "ends_on"])
    assert (str(row.values["starts_on"]), str(row.values["ends_on"])) == ("2027-04-03", "2027-04-25")
