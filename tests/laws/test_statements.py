"""How many statements frequent pages take at most, with children of all kinds, so that no panel is empty.

The frame takes two: the user of the session, and what is starred. `run_together` executes independent reads as one.
"""

from __future__ import annotations

import pytest

from tests.laws.test_listings import add_children

PATH_LIMITS = {"/": 9, "/opportunities/board": 7, "/reports/pipeline": 7, "/search?q=Zq": 5}
RECORD_LIMITS = {
    ("organization", "inland"): 20,
    ("organization", "shared"): 15,
    ("person", "inland"): 13,
    ("person", "shared"): 13,
    ("product", "inland"): 12,
    ("representation", "inland"): 15,
    ("opportunity", "inland"): 12,
    ("milestone", "inland"): 11,
    ("project", "shared"): 11,
    ("need", "shared"): 12,
    ("show", "shared"): 18,
    ("interaction", "inland"): 14,
    ("followup", "inland"): 14,
}


def count_statements(application, viewer: str, path: str) -> int:
    """Count the statements of a page, without the setting of PostgreSQL for the note that a record was opened."""
    application.count(viewer, path)
    return sum(not statement.startswith("SET LOCAL") for statement, _parameters in application.statements)


@pytest.mark.parametrize("viewer", ["anna", "nora"])
def test_frequent_pages_take_few_statements(application, viewer):
    limits = dict(PATH_LIMITS)
    for of, limit in RECORD_LIMITS.items():
        limits[application.ask(viewer, "GET", f"/records/{application.dataset.of(*of).id}").location] = limit
    with application.rolled_back():
        add_children(application, 3)
        counts = {path: count_statements(application, viewer, path) for path in limits}
    too_many = {path: (count, limits[path]) for path, count in counts.items() if count > limits[path]}
    assert too_many == {}
