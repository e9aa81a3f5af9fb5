"""Empty pages explain what belongs there and what to do next."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.usefixtures("people")
PAGES = [
    "/",
    "/people/",
    "/people/reps/",
    "/organizations/",
    "/cities/",
    "/projects/",
    "/projects/needs/",
    "/products/",
    "/opportunities/",
    "/opportunities/board",
    "/shows/",
    "/interactions/",
    "/followups/",
    "/imports/",
    "/mail/",
    "/search",
    "/views",
    "/reports/pipeline",
    "/reports/leads",
    "/reports/overdue-follow-ups",
]


@pytest.mark.parametrize("path", PAGES)
def test_empty_page_explains_itself_and_offers_the_next_action(client, path):
    answer = client.login_as("anna").get(path)
    assert answer.status_code == 200
    (empty, *_more) = re.findall(r'<section class="empty">(.*?)</section>', answer.text, re.DOTALL)
    assert re.search(r"<h\d>[^<]+</h\d>", empty)
    assert len(re.findall(r"<p>([^<]{20,})</p>", empty)) == 1
    assert re.findall(r'<a class="btn[^"]*" href="/[^"]+">[^<]+</a>', empty)
