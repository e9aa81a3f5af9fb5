"""Notes without what only joined the words that were read."""

import pytest

from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("met Zhou Limin w/ Tom Okafor 45m", ""),
        ("met Zhou Limin (15 min) re: lot 1", "re: lot 1"),
        ("met Tom (30m), good talk", "good talk"),
        ("met Tom 30m, lot 1) pumps 2) valves", "lot 1) pumps 2) valves"),
        ("met Tom 30m, good talk (in Ontario)", "good talk (in Ontario)"),
    ],
)
def test_notes_have_no_rest_of_parentheses_and_prepositions(text, notes):
    assert read_text(text).notes == notes
