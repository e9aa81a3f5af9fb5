"""How many statements frequent pages take at most, with children of all kinds, so that no panel is empty.

The frame takes two: the user of the session, and what its sides list. Independent reads count as one (`run_together`):
on SQLite they are one statement, on PostgreSQL several in one round trip.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.interactions.lookups import NEW, form
from tests.laws.test_listings import add_children
from tests.tools.pages import submitted_values

pytestmark = pytest.mark.engine_in_turn

PATH_LIMITS = {
    "/": 7,
    "/opportunities/board": 6,
    "/reports/pipeline": 6,
    "/search?q=Zq": 4,
    "/search?q=Zq&part=records": 4,
    "/search?q=Zq&part=rest": 3,
    "/people/": 5,
    "/organizations/?q=Zq": 5,
    "/organizations/?country=CN": 5,
    "/interactions/": 5,
    "/opportunities/": 6,
    "/projects/": 5,
    "/shows/": 5,
    "/followups/": 7,
}
RECORD_LIMITS = {
    ("organization", "inland"): 11,
    ("organization", "shared"): 7,
    ("person", "inland"): 8,
    ("person", "shared"): 8,
    ("product", "inland"): 8,
    ("representation", "inland"): 11,
    ("opportunity", "inland"): 7,
    ("milestone", "inland"): 8,
    ("project", "shared"): 7,
    ("need", "shared"): 8,
    ("show", "shared"): 11,
    ("interaction", "inland"): 10,
    ("followup", "inland"): 8,
}
LOG_LIMIT = 20
"""Logging an interaction with a follow-up: on SQLite two of the statements write the search indexes."""


def count_statements(application, viewer: str, path: str) -> int:
    """Count the statements of a page, without the setting of PostgreSQL for the note that a record was opened."""
    application.count(viewer, path)
    return sum(not statement.startswith("SET LOCAL") for statement, _parameters in application.statements)


@pytest.mark.one_engine
def test_no_statement_is_prepared_again(application):
    """SQLite prepares a statement anew for each execution if the pattern of LIKE is only a parameter."""
    for path in PATH_LIMITS:
        application.count("anna", path)
        assert not [statement for statement, _parameters in application.statements if "LIKE ?" in statement], path


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


def test_logging_takes_few_statements(application):
    person = application.dataset.of("person", "inland")
    for _repeated in range(3):
        data = submitted_values(application.ask("anna", "GET", NEW).text, "")
        data |= form(day="2026-03-02", people=str(person.id), uid=str(uuid4()), confirm_days="y")
        data |= {"follow_ups-0-title": f"Send {uuid4().hex}", "follow_ups-0-due_on": "2026-03-19"}
        application.statements.clear()
        assert application.ask("anna", "POST", NEW, data=data).status == 303
    statements = [text for text, _parameters in application.statements]
    assert len(statements) <= LOG_LIMIT, [text[:60] for text in statements]
