"""How the words of a command are matched."""

from __future__ import annotations

import pytest

from crm.core.web import layout
from crm.core.web.commands import CommandSearch, SearchedText, find_commands
from crm.core.words import Lazy


@pytest.mark.parametrize(
    ("text", "texts", "rank"),
    [
        ("new per", ["New person"], 0),
        ("person new", ["New person"], 0),
        ("np", ["New person"], 1),
        ("nfu", ["New follow-up"], 1),
        ("g t p", ["Go to People"], 0),
        ("theme", ["Dark theme", "Change theme"], 0),
        ("genjin", ["新建跟进"], 0),
        ("xjgj", ["新建跟进"], 0),
        ("跟进", ["新建跟进"], 0),
        ("new project", ["New person"], None),
        ("wang", ["New person", "Go to People"], None),
        ("%_", ["New person"], None),
        ("", ["New person"], 0),
    ],
)
def test_commands_match_words_and_initials(text, texts, rank):
    assert CommandSearch(text).rank([SearchedText.of(name) for name in texts]) == rank


def test_page_that_is_added_after_a_search_is_a_command(app, people, actor):
    entries = list(layout.NAV_ENTRIES)
    with app.test_request_context():
        assert find_commands(actor("anna"), "zebra") == []
        layout.add_nav_entry("people.index", Lazy("Zebras"), "people", 20)
        try:
            assert [hit.label for hit in find_commands(actor("anna"), "zebra")] == ["Go to Zebras"]
        finally:
            layout.NAV_ENTRIES[:] = entries
