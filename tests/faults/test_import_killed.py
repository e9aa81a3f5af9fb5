"""An import killed in the middle of writing: nothing half-written is left, and others can write all the time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.record import Record
from crm.imports.models import ImportRun
from tests.fixtures.databases import ROOT, command_settings
from tests.fixtures.people import make_people

ROWS = 3_000
PATIENCE = 120
MAX_WAIT_SECONDS = 2.0
"""Seconds that another writer may wait: a second, twice for a busy machine."""


def people_file(folder: Path) -> Path:
    file = folder / "people.csv"
    rows = (f"Person {n},Firm {n % 50},p{n}@a.example\n" for n in range(ROWS))
    file.write_text("Name,Company,E-mail\n" + "".join(rows), encoding="utf-8")
    return file


def start_import(url: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "crm", "import", "people", str(people_file(folder))]
    settings = command_settings(url, folder) | {"CRM_LOG_LEVEL": "error"}
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, process_group=0)


def written() -> int:
    """Rows written so far by the newest import."""
    count = db.session.scalar(sa.select(ImportRun.written).order_by(ImportRun.id.desc()).limit(1)) or 0
    db.session.rollback()
    return count


def wait_until(reached, running: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE
    while not reached():
        assert running.poll() is None, "the import has ended"
        assert time.monotonic() < limit, "the import does not begin"
        threading.Event().wait(0.05)


@pytest.mark.faults
def test_killed_import_leaves_nothing(real_app, real_db, tmp_path):
    with real_app.app_context():
        make_people(["anna"])
        db.session.commit()
        running = start_import(real_db, tmp_path)
        try:
            wait_until(lambda: written() >= ROWS // 5, running)
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait(PATIENCE)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Record)) > 0
        db.session.execute(sa.update(ImportRun).values(lease_until=clock.real_now() - timedelta(seconds=1)))
        db.session.commit()
    job = real_app.test_cli_runner().invoke(args=["jobs", "once", "write_imports"])
    assert job.exit_code == 0, job.output
    with real_app.app_context():
        assert db.session.scalars(sa.select(ImportRun.state)).all() == ["failed"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Record)) == 0
        db.session.rollback()
    checked = real_app.test_cli_runner().invoke(args=["check"])
    assert checked.exit_code == 0, checked.output


@pytest.mark.faults
def test_another_writer_waits_shortly_while_an_import_runs(real_app, real_db, tmp_path):
    waits = []
    with real_app.app_context():
        make_people(["anna"])
        db.session.commit()
        running = start_import(real_db, tmp_path)
        while running.poll() is None:
            began = time.monotonic()
            db.session.add(Team(name=f"Team {len(waits)}"))
            db.session.commit()
            waits.append(time.monotonic() - began)
            threading.Event().wait(0.05)
        assert running.returncode == 0
        assert written() == ROWS
        assert max(waits) < MAX_WAIT_SECONDS
