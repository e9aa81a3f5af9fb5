"""Processes that live and end together."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence

STOP_SECONDS = 35.0
"""How long the children may finish what they do: gunicorn gives running requests 30 seconds."""


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run commands side by side until one ends or a signal comes; then end all. Gives 0 when a signal ended it.

    Each gets a process group of its own, so that Ctrl-C reaches only this process and the children end in order.
    """
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda at, _frame: told.append(at))
    children = [subprocess.Popen(command, process_group=0) for command in commands]  # noqa: S603 - commands of ours
    while not told and all(child.poll() is None for child in children):
        time.sleep(0.2)
    _end(children, told)
    if told:
        return 0
    return next((child.returncode for child in children if child.returncode > 0), 1)


def _end(children: Sequence[subprocess.Popen[bytes]], told: list[int]) -> None:
    """Ask all children to stop and wait; a second signal, or too long a wait, kills them."""
    asked, last = len(told), time.monotonic() + STOP_SECONDS
    for child in children:
        if child.poll() is None:
            child.terminate()
    while any(child.poll() is None for child in children):
        if len(told) > asked or time.monotonic() > last:
            for child in children:
                child.kill()
        time.sleep(0.05)
