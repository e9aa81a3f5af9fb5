"""States of a change of many records."""

from __future__ import annotations

import pytest

from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkOperation, BulkState
from crm.bulk.services.runs import add_refused

pytestmark = pytest.mark.one_engine


def test_two_operations_have_a_key():
    assert {operation.value: operation.key for operation in BulkOperation if operation.key} == {"edit": "e", "tag": "t"}


def test_pages_of_runs_under_way_refresh_themselves():
    assert {state.value for state in BulkState if state.is_busy} == {"waiting", "running", "undoing"}


def test_the_first_200_refusals_are_listed_and_all_are_counted():
    run = BulkRun()
    for first in (0, 150):
        add_refused(run, {first + number: "No access" for number in range(150)})
    assert (run.refused, run.refused_count) == ([[number, "No access"] for number in range(200)], 300)
