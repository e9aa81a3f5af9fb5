"""Which tests run on which database."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fixtures import selection
from tests.fixtures.selection import TESTS, has_postgresql_turn, is_selected
from tests.laws.sampling import PARTS

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(autouse=True)
def _sampled(monkeypatch):
    monkeypatch.setattr(selection, "IS_FULL", False)


def _item(path: str, engine: str | None, *marks: str, fixtures: tuple[str, ...] = ()) -> SimpleNamespace:
    parametrized = [pytest.mark.parametrize("engine", [engine]).mark] if "named" in marks else []
    return SimpleNamespace(
        path=TESTS / path,
        callspec=SimpleNamespace(params={"engine": engine} if engine else {}),
        fixturenames=fixtures,
        get_closest_marker=lambda name: name if name in marks else None,
        iter_markers=lambda _name: parametrized,
    )


def _engines(path: str, turn: int, *marks: str, fixtures: tuple[str, ...] = ()) -> list[str]:
    items = {engine: _item(path, engine, *marks, fixtures=fixtures) for engine in ENGINES}
    return [engine for engine in ENGINES if is_selected(items[engine], ENGINES, turn)]


def test_services_run_on_sqlite_always_and_on_postgresql_with_every_second_commit():
    engines = [_engines("people/test_services.py", turn) for turn in range(4)]
    assert sorted(map(len, engines)) == [1, 1, 2, 2]
    assert all("sqlite" in one for one in engines)
    assert engines[0] != engines[1]


@pytest.mark.parametrize("how", [{"fixtures": ("client",)}, {"marks": ("engine_in_turn",)}])
def test_pages_and_long_tests_run_on_one_of_the_two_in_turn(how):
    def of_turn(turn):
        return _engines("people/test_views.py", turn, *how.get("marks", ()), fixtures=how.get("fixtures", ()))

    assert sorted([of_turn(0), of_turn(1)]) == [["postgresql"], ["sqlite"]]


def test_after_eight_commits_the_order_is_reversed():
    turns = [has_postgresql_turn(TESTS / "people/test_views.py", turn) for turn in range(2 * PARTS)]
    assert all(turns[part] != turns[part + PARTS] for part in range(PARTS))


def test_half_of_the_files_have_their_turn():
    files = [file for file in TESTS.rglob("test_*.py") if file.relative_to(TESTS).parts[0] not in selection.COSTLY]
    share = sum(has_postgresql_turn(file, 0) for file in files) / len(files)
    assert 0.4 < share < 0.6


def test_files_that_share_costly_databases_have_their_turn_together():
    turns = {has_postgresql_turn(Path(file), 0) for file in (TESTS / "laws").rglob("test_*.py")}
    assert len(turns) == 1


def test_what_names_its_database_or_does_not_depend_on_it_always_runs():
    for turn in range(2):
        assert _engines("people/test_views.py", turn, "named", fixtures=("client",)) == ENGINES
        assert _engines("people/test_views.py", turn, "one_engine") == ["sqlite"]
        assert _engines("people/test_views.py", turn, "faults", "engine_in_turn") == ENGINES
        assert is_selected(_item("people/test_names.py", None), ENGINES, turn)
        assert is_selected(_item("people/test_views.py", "postgresql", "engine_in_turn"), ["postgresql"], turn)


def test_everything_runs_in_full(monkeypatch):
    monkeypatch.setattr(selection, "IS_FULL", True)
    for turn in range(2):
        assert _engines("people/test_services.py", turn) == ENGINES
        assert _engines("people/test_views.py", turn, "one_engine") == ENGINES
