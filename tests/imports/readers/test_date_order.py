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
    rows = source.rows(mapping_to_codes(guessed_mapping(source.guesses())))
    return [str(row.due_on or "") for row in rows], " ".join(map(str, source.notes))


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
    assert source.notes == ()
