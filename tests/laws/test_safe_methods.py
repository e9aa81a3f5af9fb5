"""Safe methods change nothing: no GET, HEAD or OPTIONS of any page writes a row, for any user who may open it."""

from __future__ import annotations

import pytest

from tests.laws.application import ApplicationUnderTest, LawResponse
from tests.laws.routes import is_public, list_requests, rules
from tests.laws.sampling import one_of
from tests.laws.test_rights_matrix import expected
from tests.laws.viewers import Expected

VIEWERS_OF_RUN = one_of(["anna", "clara", "admin"])


def opened(application: ApplicationUnderTest, viewer: str, *methods: str) -> list[tuple[str, LawResponse]]:
    """Return every page that a user may open, about one record of each kind: method and address, and the response."""
    answers = []
    for rule in rules(application.app):
        requests = [
            a
            for a in list_requests(application.dataset, application.app, rule)
            if a.method == "GET" and not is_public(rule.endpoint)
        ]
        page = next((a for a in requests if expected(viewer, a) is Expected.done), None)
        for method in methods if page else ():
            answer = application.ask(viewer, method, page.path, token=method == "GET")
            answers.append((f"{method} {page.path}", answer))
    return answers


@pytest.fixture(scope="module", params=VIEWERS_OF_RUN)
def viewer(request: pytest.FixtureRequest) -> str:
    """Return the user as whom this run opens pages."""
    return request.param


@pytest.fixture(scope="module")
def opened_pages(application: ApplicationUnderTest, viewer: str) -> list[tuple[str, LawResponse]]:
    """Return every page that the user may open; the tests of this module share it."""
    return opened(application, viewer, "GET")


@pytest.mark.engine_in_turn
def test_safe_methods_write_no_row(application, viewer, opened_pages, engine):
    # Only GET has statements of its own; the other engine needs no second look at the others.
    answers = opened_pages + (opened(application, viewer, "HEAD", "OPTIONS") if engine == "sqlite" else [])
    assert len(answers) > 50
    assert [(path, sorted(answer.wrote)) for path, answer in answers if answer.wrote] == []
    assert [(path, answer.status) for path, answer in answers if answer.status >= 500] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sign_out_is_on_every_page(opened_pages):
    answers = [(path, answer) for path, answer in opened_pages if answer.status == 200]
    pages = [(path, answer.text) for path, answer in answers if "<html" in answer.text[:500]]
    assert len(pages) > 50
    assert [path for path, text in pages if 'action="/logout"' not in text] == []
