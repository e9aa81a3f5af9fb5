"""Broken files through the pages: the right status and report, little memory, and quick other requests."""

from __future__ import annotations

import resource
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import pytest

from crm.core.data.base import db
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.people import make_people
from tests.imports.conftest import ImportFlow, upload
from tests.imports.readers.broken_files import BrokenFile, build_broken_files

MAX_GROWTH_MB = 150
MAX_WAIT_SECONDS = 5.0
EVERY = 12
"""The normal run takes one of so many files."""


def find_fault(client, file: BrokenFile) -> str:
    """Upload a file; return what is wrong with the response, "" if it is as expected."""
    answer = upload(client, file.data, "broken.csv")
    if answer.status_code == 422:
        is_explained = 'class="errors"' in answer.text
        return "" if (file.error or not file.names) and is_explained else f"{file.name}: refused"
    if answer.status_code != 303:
        return f"{file.name}: {answer.status_code}"
    if file.error == "?":
        return ""
    page = client.get(answer.location)
    return "" if page.status_code == 200 and not file.error else f"{file.name}: accepted, {page.status_code}"


def test_broken_files_get_a_preview_or_an_error(anna):
    files = build_broken_files()
    assert [fault for file in files[::EVERY] if (fault := find_fault(anna, file))] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_preview_counts_the_rows_of_a_file(anna):
    files = [file for file in build_broken_files() if not file.error and file.names]
    for file in files[:: len(files) // 6]:
        counts = ImportFlow(anna, file.data, "broken.csv").counts
        assert (sum(counts), counts[3]) == (len(file.names), file.names.count("")), file.name


class UploadRun(NamedTuple):
    """What happened: faults, growth of the memory in MB, and the longest wait of another request in seconds."""

    faults: list[str]
    growth: float
    longest_wait: float


def upload_broken_files(url: str, folder: Path) -> UploadRun:
    """Upload all files in this process, while another user opens pages."""
    app = make_app(url, folder)
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        make_people(["anna", "boris"])
        db.session.commit()
    clients = [app.test_client().login_as(name) for name in ("anna", "boris")]
    waits: list[float] = []
    is_done = threading.Event()

    def open_pages() -> None:
        while not is_done.is_set():
            began = time.monotonic()
            assert clients[1].get("/people/").status_code == 200
            waits.append(time.monotonic() - began)

    find_fault(clients[0], build_broken_files()[0])
    other = threading.Thread(target=open_pages)
    other.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    faults = [fault for file in build_broken_files() if (fault := find_fault(clients[0], file))]
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    is_done.set()
    other.join()
    dispose(app)
    return UploadRun(faults, growth, max(waits))


@pytest.mark.faults
def test_broken_files_need_little_memory_and_let_others_work(real_db, tmp_path):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        run = pool.submit(upload_broken_files, real_db, tmp_path).result()
    assert run.faults == []
    assert run.growth < MAX_GROWTH_MB
    assert run.longest_wait < MAX_WAIT_SECONDS
