"""Order of search results."""

from __future__ import annotations

import pytest

from crm.core.search.ranking import SearchResult, rank_results

FIRM = SearchResult(1, "organization", "Anhui Valve", "", archived=False)
PERSON = SearchResult(2, "person", "Zhou Limin", "", archived=False)
NUMBERED_FIRM = SearchResult(3, "organization", "0142 Tools", "", archived=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0142", [NUMBERED_FIRM, PERSON, FIRM]),
        ("valve", [FIRM, NUMBERED_FIRM, PERSON]),
    ],
)
def test_digits_of_a_phone_find_people_first(text, expected):
    assert rank_results([FIRM, PERSON, NUMBERED_FIRM], text, ()) == expected
