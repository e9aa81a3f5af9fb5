"""One writer for all connections of a process: markers and results that come together share a commit.

A commit that waits for the disk costs more than a delivery, and SQLite has one writer at a time. The guarantees stay: a
marker is committed before the dot, a result is written at once.
"""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from contextvars import Context
from typing import NamedTuple

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.settle import Result, mark_sending, settle_results

MAX_ATTEMPTS = 20
PAUSE_SECONDS = 0.5
COLLECT_SECONDS = 0.003

log = structlog.get_logger()


class _Marker(NamedTuple):
    mail_id: int
    granted: Future[bool]


class ResultWriter:
    """Writes the results of one claim; `close` returns when everything is in the database."""

    def __init__(self, engine: Engine, worker: str, workers: int = 1) -> None:
        self._engine = engine
        self._workers = workers
        self._worker = worker
        self._inbox: queue.SimpleQueue[_Marker | Result | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._lost = 0
        # An empty context: the thread must not inherit how the opener's transactions begin.
        self._thread = threading.Thread(target=Context().run, args=(self._write_all,), name="mail-results")
        self._thread.start()

    def mark(self, mail: ClaimedMail) -> bool:
        """Commit `sending`; return True when the final dot may be sent. Blocks."""
        marker = _Marker(mail.id, Future())
        self._inbox.put(marker)
        return marker.granted.result()

    def add(self, result: Result) -> None:
        """Write a result soon. Does not block."""
        self._inbox.put(result)

    def close(self) -> bool:
        """Wait until everything is written; return False if the database refused results to the end."""
        self._inbox.put(None)
        self._thread.join()
        return not self._lost

    def _write_all(self) -> None:
        unwritten: list[Result] = []
        while not self._closing.is_set():
            markers, results = self._collect_waiting()
            unwritten = self._write(markers, unwritten + results)
        for _attempt in range(MAX_ATTEMPTS):
            if not unwritten:
                return
            threading.Event().wait(PAUSE_SECONDS)
            unwritten = self._write([], unwritten)
        self._lost = len(unwritten)
        if unwritten:
            log.error("mail results lost; their leases expire", count=len(unwritten))

    def _collect_waiting(self) -> tuple[list[_Marker], list[Result]]:
        """Return the waiting entries and those of the next moment, until all workers wait, at most COLLECT_SECONDS."""
        markers: list[_Marker] = []
        results: list[Result] = []
        item = self._inbox.get()
        ends = time.monotonic() + COLLECT_SECONDS
        while True:
            if item is None:
                self._closing.set()
            elif isinstance(item, _Marker):
                markers.append(item)
            else:
                results.append(item)
            try:
                remaining = ends - time.monotonic()
                should_wait = remaining > 0 and len(markers) < self._workers > 1 and not self._closing.is_set()
                item = self._inbox.get(timeout=remaining) if should_wait else self._inbox.get_nowait()
            except queue.Empty:
                return markers, results

    def _write(self, markers: list[_Marker], results: list[Result]) -> list[Result]:
        granted: set[int] = set()
        try:
            granted = self._commit(markers, results)
            results = []
        except OperationalError as error:
            # The database is down or busy: no dot without a marker; results are kept for the next round.
            log.warning("mail results wait for the database", error=str(error)[:300])
        except Exception:
            # The thread must not die, because workers wait for it; and one result that cannot be written must not lose
            # the others.
            log.exception("mail results refused by the database", count=len(results))
            results = self._write_singly(results)
        for marker in markers:
            marker.granted.set_result(marker.mail_id in granted)
        return results

    def _commit(self, markers: list[_Marker], results: list[Result]) -> set[int]:
        with self._engine.begin() as connection:
            settle_results(connection, self._worker, results)
            return mark_sending(connection, self._worker, [m.mail_id for m in markers]) if markers else set()

    def _write_singly(self, results: list[Result]) -> list[Result]:
        if len(results) < 2:
            return []
        return [unwritten for result in results for unwritten in self._write([], [result])]
