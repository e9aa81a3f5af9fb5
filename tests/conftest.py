"""What every test can ask for; docs/tests.md lists the fixtures, tests/fixtures/ has them."""

from __future__ import annotations

import gc
import os
import signal

import pytest

from tests.fixtures import postgres

pytest_plugins = [
    "tests.fixtures.settings",
    "tests.fixtures.databases",
    "tests.fixtures.people",
    "tests.fixtures.access",
    "tests.fixtures.apps",
    "tests.fixtures.clock",
    "tests.fixtures.smtp",
    "tests.fixtures.browser",
]


def pytest_configure(config: pytest.Config) -> None:
    """Record which process started this run, and end it cleanly on a signal."""
    if not hasattr(config, "workerinput"):
        os.environ[postgres.OWNER] = str(os.getpid())
        signal.signal(signal.SIGTERM, _interrupt)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count lines on one engine only, and run a browser test that failed again, up to twice.

    The other engine executes the same lines, and counting doubles the time. A browser on a busy machine sometimes is
    late; the tests that were repeated are listed at the end of the run.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))
        made_of = getattr(item, "callspec", None)
        if made_of is not None and made_of.params.get("engine") == "postgresql":
            item.add_marker(pytest.mark.no_cover)


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
