"""How far a long import is: a small file beside the stored one, since the writer's own transaction is not yet seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.core.files import folder


def _file(stored_as: str) -> Path:
    return folder("imports") / f"{Path(stored_as).name}.progress"


@contextmanager
def tell_progress(stored_as: str, total: int) -> Iterator[Callable[[int], None]]:
    """Give what is called with the number of rows done; nothing is left behind."""
    file = _file(stored_as)
    try:
        yield lambda done: _write(file, done, total)
    finally:
        file.unlink(missing_ok=True)


def _write(file: Path, done: int, total: int) -> None:
    fresh = file.with_suffix(".progress-new")
    fresh.write_text(f"{done} {total}")
    fresh.replace(file)


def progress_of(stored_as: str) -> tuple[int, int] | None:
    """Rows done, and of how many; None while nobody writes."""
    try:
        done, total = _file(stored_as).read_text().split()
    except (OSError, ValueError):
        return None
    return int(done), int(total)
