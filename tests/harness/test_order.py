"""The order of the tests."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from tests.fixtures.order import pytest_collection_modifyitems


def _item(path: str, engine: str | None = None) -> SimpleNamespace:
    item = SimpleNamespace(path=Path(path))
    if engine:
        item.callspec = SimpleNamespace(params={"engine": engine})
    return item


def test_costly_directories_come_first_among_tests_of_an_engine():
    people, laws, words, browser, shows = items = [
        _item("tests/people/test_views.py", "sqlite"),
        _item("tests/laws/graphs/test_laws.py", "sqlite"),
        _item("tests/core/test_words.py", "sqlite"),
        _item("tests/browser/test_crawl.py", "sqlite"),
        _item("tests/shows/test_views.py", "postgresql"),
    ]
    items.append(plain := _item("tests/laws/test_names.py"))
    pytest_collection_modifyitems(items)
    assert items == [browser, laws, people, words, shows, plain]
