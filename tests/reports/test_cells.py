"""Parts of tables that several reports share."""

from __future__ import annotations

import pytest

from crm.reports.cells import most_frequent


@pytest.mark.parametrize(
    ("counts", "keys"),
    [
        ({}, []),
        ({"price": 2, "license": 1}, ["price"]),
        ({"price": 2, "license": 2, "time": 1}, ["price", "license"]),
        ({"price": 1, "license": 1, "time": 1, "quality": 1}, []),
    ],
)
def test_most_frequent_are_those_with_the_highest_count_unless_many_share_it(counts, keys):
    assert most_frequent(counts) == keys
