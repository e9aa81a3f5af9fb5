"""Looking changes nothing: no GET, HEAD or OPTIONS of any page writes a row, for whoever may open it."""

from __future__ import annotations

import pytest

from tests.laws.application import Answer, House
from tests.laws.expected import Verdict
from tests.laws.routes import asks, is_public, rules
from tests.laws.test_rights_matrix import expected

pytestmark = pytest.mark.no_cover


def opened(house: House, who: str, *methods: str) -> list[tuple[str, Answer]]:
    """Every page that a person may open, about one record of each kind: method and address, and what came back."""
    made = []
    for rule in rules(house.app):
        some = [a for a in asks(house.scene, house.app, rule) if a.method == "GET" and not is_public(rule.endpoint)]
        page = next((a for a in some if expected(who, a) is Verdict.done), None)
        for method in methods if page else ():
            answer = house.ask(who, method, page.path, token=method == "GET")
            made.append((f"{method} {page.path}", answer))
    return made


@pytest.mark.parametrize("who", ["anna", "clara", "admin"])
def test_looking_writes_no_row(house, who):
    answers = opened(house, who, "GET", "HEAD", "OPTIONS")
    assert len(answers) > 150
    assert [(path, sorted(answer.wrote)) for path, answer in answers if answer.wrote] == []
    assert [(path, answer.status) for path, answer in answers if answer.status >= 500] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sign_out_is_on_every_page(house):
    pages = [(path, answer.text) for path, answer in opened(house, "anna", "GET") if "<html" in answer.text[:500]]
    assert len(pages) > 50
    assert [path for path, text in pages if 'action="/logout"' not in text] == []
