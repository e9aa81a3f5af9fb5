"""States of a change of many records."""

from __future__ import annotations

import pytest

from crm.bulk.policy import BulkState

pytestmark = pytest.mark.one_engine


def test_pages_of_runs_under_way_refresh_themselves():
    assert {state.value for state in BulkState if state.is_busy} == {"waiting", "running", "undoing"}
