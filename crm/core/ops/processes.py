"""Processes that start and end together: a server, and workers that are restarted when they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import NamedTuple, TypeAlias


class ForkTarget(NamedTuple):
    """What a child process runs in a copy of this one, whose memory both share until one of them writes to it."""

    name: str
    run: Callable[[], None]


Command: TypeAlias = Sequence[str] | ForkTarget
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ForkedProcess(ForkProcess):
    """The process of a target, used as one of a command."""

    def __init__(self, target: ForkTarget) -> None:
        super().__init__(target=self._run_target, args=(target,))

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""
        return self.exitcode

    @property
    def returncode(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.exitcode

    @staticmethod
    def _run_target(target: ForkTarget) -> None:
        os.setpgrp()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        # What `ps` and `top` show; other systems have no such file.
        with suppress(OSError):
            Path("/proc/self/comm").write_text(f"crm-{target.name}", encoding="ascii")
        target.run()


Process: TypeAlias = subprocess.Popen[bytes] | ForkedProcess

STOP_SECONDS = 35.0
"""Seconds that child processes have to finish: gunicorn gives running requests 30 seconds."""
MAX_WAIT_SECONDS = 60.0
"""The longest wait in seconds before a failing worker is restarted; one that ran that long starts from 1 again."""


class Worker:
    """A process that is started again whenever it ends: after 1 second, then 2, 4 and so on, up to a minute."""

    def __init__(self, command: Command, first_wait: float) -> None:
        self.command, self.first_wait, self.wait = command, first_wait, first_wait
        self.process = _start(command)
        self.started_at = time.monotonic()
        self.due_at: float | None = None

    def restart_if_ended(self) -> None:
        """Schedule the next start of a process that has ended, and start it when its time has come."""
        now = time.monotonic()
        code = self.process.poll()
        if code is None:
            return
        if self.due_at is None:
            if now - self.started_at > MAX_WAIT_SECONDS:
                self.wait = self.first_wait
            self.due_at = now + self.wait
            _report(f"{_describe_exit(self.command, code)} Restarting in {self.wait:g} s.")
            self.wait = min(self.wait * 2, MAX_WAIT_SECONDS)
        elif now >= self.due_at:
            self.process, self.started_at, self.due_at = _start(self.command), now, None


def run_together(server: Command, workers: Sequence[Command] = (), *, first_wait: float = 1.0) -> int:
    """Run a server with workers beside it until the server ends or a signal comes; then end all. Return the exit code.

    0 when a signal ended it, else the server's code, at least 1. Each process gets a group of its own, so that Ctrl-C
    reaches only this one and the children end in order.
    """
    signals: list[int] = []
    for number in SIGNALS:
        signal.signal(number, lambda signal_number, _frame: signals.append(signal_number))
    main = _start(server)
    helpers = [Worker(command, first_wait) for command in workers]
    while not signals and main.poll() is None:
        for helper in helpers:
            helper.restart_if_ended()
        time.sleep(0.2)
    if not signals:
        _report(_describe_exit(server, main.returncode or 0))
        # A killed server leaves its own child processes behind, holding the port.
        if main.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(main.pid, signal.SIGTERM)
    _end([main, *(helper.process for helper in helpers)], signals)
    return 0 if signals else max(main.returncode or 0, 1)


def _start(command: Command) -> Process:
    if not isinstance(command, ForkTarget):
        return subprocess.Popen(command, process_group=0)  # noqa: S603 - our own commands
    process = ForkedProcess(command)
    # A signal that comes too early would find this process's handlers in the child, and get lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    process.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return process


def _describe_exit(command: Command, code: int) -> str:
    how = f"was stopped by signal {-code}" if code < 0 else f"exited with code {code}"
    text = command.name if isinstance(command, ForkTarget) else " ".join(command[1:])[:80]
    return f"`{text}` {how}."


def _report(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _end(children: Sequence[Process], signals: list[int]) -> None:
    """Ask all child processes to stop and wait; a second signal, or a timeout, kills them."""
    before = len(signals)
    last = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.poll() is None:
            child.terminate()
    while any(child.poll() is None for child in children):
        if len(signals) > before or time.monotonic() > last:
            for child in children:
                child.kill()
        time.sleep(0.05)
