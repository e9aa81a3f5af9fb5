"""What every test can ask for; docs/tests.md lists the fixtures, tests/fixtures/ has them."""

from __future__ import annotations

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures import postgres
from tests.laws.sampling import IS_FULL

# On a busy machine any example can be slow; time is for `make bench`.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = [
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
    if not hasattr(config, "workerinput"):
        os.environ[postgres.OWNER] = str(os.getpid())
        signal.signal(signal.SIGTERM, _interrupt)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run tests marked `one_engine` on SQLite only, and a browser test that failed again, up to twice.

    Counting lines takes long, so the tests of the features count them, on one engine; the laws execute the same lines
    again. A browser on a busy machine sometimes is late; the tests that were repeated are listed at the end.
    """
    superfluous = {item for item in items if not IS_FULL and _has(item, "one_engine") and _is_on_postgresql(item)}
    config.hook.pytest_deselected(items=list(superfluous))
    items[:] = [item for item in items if item not in superfluous]
    for item in items:
        if _has(item, "browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))
        if _is_on_postgresql(item) or _has(item, "browser") or "laws" in item.path.parts:
            item.add_marker(pytest.mark.no_cover)


def _has(item: pytest.Item, marker: str) -> bool:
    return item.get_closest_marker(marker) is not None


def _is_on_postgresql(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None)
    return case is not None and case.params.get("engine") == "postgresql"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Exclude from garbage collection what stays for the whole run; scanning it takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the PostgreSQL server that this run has started, if it has."""
    if not hasattr(config, "workerinput"):
        postgres.stop_owned_by(os.getpid())


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
