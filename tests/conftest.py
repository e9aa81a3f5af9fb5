"""What every test can ask for; docs/tests.md lists the fixtures, tests/fixtures/ has them."""

from __future__ import annotations

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures import postgres

# On a busy machine any example can be slow; time is for `make bench`.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = [
    "tests.fixtures.order",
    "tests.fixtures.settings",
    "tests.fixtures.databases",
    "tests.fixtures.selection",
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Repeat browser tests, and choose the tests that count lines.

    Counting lines takes long, so the tests of the features count them, on one engine; the laws execute the same lines
    again. A browser on a busy machine sometimes is late: its tests are repeated up to twice, and listed at the end.
    """
    for item in items:
        is_browser = item.get_closest_marker("browser") is not None
        if is_browser:
            item.add_marker(pytest.mark.flaky(reruns=2))
        case = getattr(item, "callspec", None)
        is_on_postgresql = case is not None and case.params.get("engine") == "postgresql"
        if is_on_postgresql or is_browser or "laws" in item.path.parts:
            item.add_marker(pytest.mark.no_cover)


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
