"""Memory: the garbage collector."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause the garbage collector: thousands of new objects are no garbage, and scanning them takes long.

    If several run at once, the first to begin turns it on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def spare_program_from_gc() -> None:
    """Exclude the program from garbage collection: in a `flask` command from now on, else when the process ends.

    Its objects live as long as the process. When that ends, Python would search them several times, which takes a
    third of a short command. Tests make many applications in one process, whose memory must be collected until then.
    """
    atexit.register(gc.freeze)
    if os.environ.get("FLASK_RUN_FROM_CLI"):
        gc.freeze()
