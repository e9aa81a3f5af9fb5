"""Run the production server and the baseline on free ports, and measure their memory."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from crm.core.ops.serve import web_command

ROOT = Path(__file__).parents[2]
START_TIMEOUT = 60.0


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_server(server: str, settings: dict[str, str], ready: str) -> Iterator[tuple[int, psutil.Process, float]]:
    """Serve a WSGI application as in production; yield port, parent process, and seconds until the first response."""
    port = free_port()
    command = [*web_command(port)[:-1], "--log-level", "error", server]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        _wait(port, ready, process)
        yield port, psutil.Process(process.pid), time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server has ended")
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", path)
            line.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server doesn't respond")


def weight_mb(parent: psutil.Process) -> float:
    """Return the memory of a server and its workers in MB, shared pages counted once (PSS).

    Without pages of a SQLite file: they belong to the system's file cache, which drops them when memory is short.
    """
    family = [parent, *parent.children(recursive=True)]
    maps = (area for process in family for area in process.memory_maps(grouped=True))
    return sum(area.pss for area in maps if not area.path.endswith(".sqlite")) / 1_000_000
