"""`make run` with its real server and scheduler: either can be killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.core.data.base import db
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import ROOT, command_settings
from tests.fixtures.people import make_people
from tests.fixtures.smtp import Mailbox

pytestmark = [pytest.mark.no_cover, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
PATIENCE = 60
Running = tuple["subprocess.Popen[str]", int]


def _wait_for(condition: Callable[[], bool]) -> None:
    last = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < last
        time.sleep(0.2)


@pytest.fixture
def running(real_db: str, tmp_path: Path, smtp: Mailbox) -> Iterator[Running]:
    """Start everything on a free port, with a mail server; return the process and the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = command_settings(real_db, tmp_path) | {"PORT": str(port), "CRM_SMTP_URL": smtp.url}
    command = [sys.executable, "-m", "crm.core.ops.serve"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=settings, text=True, **quiet) as all_of:
        try:
            _wait_for(lambda: len(_children(all_of.pid)) == 2 and bool(_answer(port)))
            yield all_of, port
        finally:
            all_of.send_signal(signal.SIGTERM)
            all_of.wait(PATIENCE)


def _children(pid: int) -> dict[str, int]:
    """Return the child processes of a process by name."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    names = {int(one): Path(f"/proc/{one}/comm").read_text().strip() for one in pids}
    return {name: one for one, name in names.items() if name.startswith("crm-")}


def _answer(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return {}


def test_killed_scheduler_is_restarted_and_killed_server_stops_all_with_an_error(running):
    all_of, port = running
    before = _children(all_of.pid)
    os.kill(before["crm-scheduler"], signal.SIGKILL)
    assert _answer(port)["status"] == "ok"
    _wait_for(lambda: _children(all_of.pid).get("crm-scheduler", before["crm-scheduler"]) != before["crm-scheduler"])
    assert _children(all_of.pid)["crm-web"] == before["crm-web"]
    assert _answer(port)["status"] == "ok"
    os.kill(before["crm-web"], signal.SIGKILL)
    assert all_of.wait(PATIENCE) == 1
    _wait_for(lambda: _can_bind(port))


@pytest.fixture
def due_mail(real_db, tmp_path):
    """Put an email into the outbox before the start: the first run of the job sends it."""
    app = make_app(real_db, tmp_path)
    with app.app_context():
        put_mail("digest", RenderedMail("Today", "x", "x"), to=make_people()["anna"], dedupe_key="digest:1")
        db.session.commit()
    dispose(app)


def test_email_is_sent(due_mail, running, smtp):
    _wait_for(lambda: smtp.messages)
    assert smtp.messages[0].message["Subject"] == "Today"


def _can_bind(port: int) -> bool:
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
