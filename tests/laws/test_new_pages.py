"""Pages that add something have one pattern: the title is "New position", the button "Add position"."""

from __future__ import annotations

import re

import pytest

from tests.laws.routes import list_requests, rules
from tests.laws.test_rights_matrix import expected
from tests.laws.viewers import Expected

OTHER_TITLES = (
    "Ask a colleague",
    "Import a file",
    "Invite user",
    "Log interaction",
    "Save report",
    "Send survey",
    "Start review",
)
"""Pages that do more than add a row: their title is a verb."""
HEADING = re.compile(r"<h1[^>]*>\s*([^<]+?)\s*<")
BUTTON = re.compile(r'<button class="btn btn-main"[^>]*>\s*([^<]+?)\s*</button>')


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("viewer", ["admin", "clara"])
def test_page_that_adds_something_says_so_in_title_and_button(application, viewer):
    texts = {}
    for rule in rules(application.app):
        requests = list_requests(application.dataset, application.app, rule) if rule.rule.endswith("/new") else ()
        for ask in requests:
            if ask.method == "GET" and expected(viewer, ask) is Expected.done:
                page = application.ask(viewer, "GET", ask.path).text
                if heading := HEADING.search(page):
                    texts[rule.endpoint] = heading[1], BUTTON.findall(page)[-1]
                break
    assert len(texts) > 20
    new = [(title, button) for title, button in texts.values() if title not in OTHER_TITLES]
    assert [pair for pair in new if not pair[0].startswith("New ") or pair[1] == "Save changes"] == []
