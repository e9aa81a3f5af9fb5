"""What every test can ask for; docs/tests.md lists the fixtures, tests/fixtures/ has them."""

from __future__ import annotations

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures import postgres
from tests.laws.sampling import IS_FULL, engine_in_turn

# On a busy machine any example can be slow; time is for `make bench`.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = [
    "tests.fixtures.order",
    "tests.fixtures.settings",
    "tests.fixtures.databases",
    "tests.fixtures.people",
    "tests.fixtures.access",
    "tests.fixtures.clock",
    "tests.fixtures.apps",
    "tests.fixtures.imap",
    "tests.fixtures.smtp",
    "tests.fixtures.browser",
]


def pytest_configure(config: pytest.Config) -> None:
    """Record which process started this run, and end it cleanly on a signal."""
    # Collecting creates a million objects that stay: looking for garbage among them takes a sixth of the time.
    gc.disable()
    if not hasattr(config, "workerinput"):
        os.environ[postgres.OWNER] = str(os.getpid())
        signal.signal(signal.SIGTERM, _interrupt)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the engines of marked tests: SQLite for `one_engine`, another one with each commit for `engine_in_turn`.

    Tests through HTTP are in turn, too: the queries and services that views call have tests of their own, on both.

    Counting lines takes long, so the tests of the features count them, on one engine; the laws execute the same lines
    again. A browser on a busy machine sometimes is late: its tests are repeated up to twice, and listed at the end.
    """
    from tests.fixtures.databases import ENGINES

    engines_of_run = engine_in_turn(ENGINES)
    superfluous = {
        item
        for item in items
        if (_has(item, "one_engine") and _is_on_postgresql(item) and not IS_FULL)
        or (_is_in_turn(item) and _engine_of(item) not in engines_of_run)
    }
    config.hook.pytest_deselected(items=list(superfluous))
    items[:] = [item for item in items if item not in superfluous]
    for item in items:
        if _has(item, "browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))
        if _is_on_postgresql(item) or _has(item, "browser") or "laws" in item.path.parts:
            item.add_marker(pytest.mark.no_cover)


def _has(item: pytest.Item, marker: str) -> bool:
    return item.get_closest_marker(marker) is not None


def _is_in_turn(item: pytest.Item) -> bool:
    is_through_http = "client" in item.fixturenames and _engine_of(item) is not None
    names_its_engine = any(mark.args[0] == "engine" for mark in item.iter_markers("parametrize"))
    is_marked = _has(item, "engine_in_turn") and not _has(item, "faults")
    return is_marked or (is_through_http and not names_its_engine)


def _is_on_postgresql(item: pytest.Item) -> bool:
    return _engine_of(item) == "postgresql"


def _engine_of(item: pytest.Item) -> str | None:
    case = getattr(item, "callspec", None)
    return None if case is None else case.params.get("engine")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Exclude from garbage collection what stays for the whole run; scanning it takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the PostgreSQL server that this run has started, if it has."""
    if not hasattr(config, "workerinput"):
        postgres.stop_owned_by(os.getpid())


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
