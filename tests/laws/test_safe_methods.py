"""Looking changes nothing: no GET, HEAD or OPTIONS of any page writes a row, for whoever may open it."""

from __future__ import annotations

import pytest

from tests.laws.house import House
from tests.laws.oracle import Verdict
from tests.laws.routes import asks, is_public, rules
from tests.laws.test_rights_matrix import expected

pytestmark = pytest.mark.no_cover


def opened(house: House, who: str) -> list[tuple[str, int, frozenset[str]]]:
    """Every page that a person may open, about one record of each kind: address, status, tables written."""
    made = []
    for rule in rules(house.app):
        some = [a for a in asks(house.scene, house.app, rule) if a.method == "GET" and not is_public(rule.endpoint)]
        page = next((a for a in some if expected(who, a) is Verdict.done), None)
        for method in ("GET", "HEAD", "OPTIONS") if page else ():
            answer = house.ask(who, method, page.path, token=method == "GET")
            made.append((f"{method} {page.path}", answer.status, answer.wrote))
    return made


@pytest.mark.parametrize("who", ["anna", "clara", "admin"])
def test_looking_writes_no_row(house, who):
    answers = opened(house, who)
    assert len(answers) > 150
    assert [(path, sorted(wrote)) for path, _status, wrote in answers if wrote] == []
    assert [(path, status) for path, status, _wrote in answers if status >= 500] == []
