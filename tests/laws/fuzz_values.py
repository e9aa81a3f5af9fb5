"""Values that no page offers: huge, negative, impossible, nested, or of another type."""

from __future__ import annotations

import base64
import json

from tests.laws.test_bad_input import BAD

DIGITS = ("9" * 18, "9" * 19, "9" * 20, "9" * 500, "9" * 5000, str(2**63), str(2**63 - 1), str(2**31 - 1), "00", "+5")


DATES = (
    "0001-01-01",
    "1899-12-31",
    "1900-01-01",
    "2100-12-31",
    "2101-01-01",
    "2199-12-31",
    "9999-12-31",
    "99991231",
    "9999-W52-7",
    "2026-12-08",
    "2026-W50-2",
    "20261208",
    "9999-12-31..9999-12-31",
    "0001-01-01..9999-12-31",
    "2026-12-31..2026-01-01",
    "..",
    "9999-12-31T23:59",
    "2026-12-08T25:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59+00:00~1",
    "0001-01-01T00:00:00+14:00~1",
    "9999-12-31T23:59:59-14:00~1",
    "9999-13",
    "9999Q4",
)


TIMES = ("23:59", "00:00", "23:59:59.999999", "235959", "23:59+14:00", "23")


BRACKETS = ("[" * 5_000, "{" * 5_000, "(" * 5_000, '["a",' * 5_000, "[" * 200_000, "<" * 5_000, ">" * 5_000)


JSONS = ("null", "[]", "{}", '["/people/new", [["a", "b"]], true]', '["/people/new", 5, 1]', "[1e999,NaN]", "1" * 5_000)


WORDS = ("%", "_", "\\", "'", '"', "%s", "{0}", "../../etc/passwd", "//example.org", "javascript:alert(1)", "-", "~")


_KEYS = (
    ("name", 0, "x", 1),
    ("-name", 1, "x" * 5_000, 1),
    ("name", 0, None, 1),
    ("name", 0, 10**30, 1),
    ("due", 0, "9999-12-31", 1),
    ("-due", 0, "0001-01-01T00:00:00+14:00", 1),
    ("last", 0, "9999-12-31T23:59-14:00", 1),
)


CURSORS = tuple(base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=") for key in _KEYS)


RANDOM_VALUES = (
    *DIGITS,
    *DATES,
    *TIMES,
    *BRACKETS,
    *JSONS,
    *WORDS,
    *CURSORS,
    *(x for examples in BAD.values() for x in examples),
)


WORST_VALUES = ("9" * 20, "9999-12-31", "9999-12-31..9999-12-31", "²")
"""Values that every parameter of every address is given alone, then all at once, and the allowed responses."""


WORST_BATCH = (*WORST_VALUES, "9" * 500, "0001-01-01", "1e400", "[" * 5_000)


FILES = (
    (b"one", "a.txt"),
    (b"%PDF-1.4 x", "b.pdf"),
    (b"PK\x03\x04" + b"\xff" * 90, "c.xlsx"),
    (b"", ""),
    (b"\xff", "x" * 900),
)
