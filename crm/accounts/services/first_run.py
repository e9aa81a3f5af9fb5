"""What a new center gets with its first administrator: higher features add what fills their lists."""

from __future__ import annotations

from collections.abc import Callable

FIRST_RUN_HOOKS: list[Callable[[], object]] = []
"""Called by `init`, in its transaction; each leaves existing data alone."""
