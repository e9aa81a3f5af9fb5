"""The office of the outbox's tests, for runs with faults, and figures that are printed."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.core.mail.outbox.conftest import office  # noqa: F401 - fixtures


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line of figures for docs/faults.md, even of a test that passes."""

    def write(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return write
