"""The server killed in the middle of writing: whatever was answered is there, and nothing half."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.ops.serve import web_command
from crm.organizations.models import Organization
from tests.fixtures.databases import ROOT, command_settings
from tests.fixtures.people import PASSWORD, make_people

WRITERS = 4
BEFORE_KILL = 25
PATIENCE = 60


class Writer(threading.Thread):
    """A person who makes one organization after another; `answered` are those the server said are saved."""

    def __init__(self, base: str, name: str, answered: list[str]) -> None:
        super().__init__(daemon=True)
        self.base, self.names, self.answered = base, name, answered
        self.cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.browser = urllib.request.build_opener(self.cookies, _NoRedirect())

    def page(self, path: str, **form: str) -> tuple[int, str]:
        data = urllib.parse.urlencode(form).encode() if form else None
        with self.browser.open(self.base + path, data, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()

    def token(self, path: str) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(path)[1])[1]

    def sign_in(self) -> None:
        form = {"email": "anna@demo.example", "password": PASSWORD}
        assert self.page("/login", csrf_token=self.token("/login"), **form)[0] == 303

    def run(self) -> None:
        token = self.token("/organizations/new")
        try:
            for number in range(100_000):
                name = f"{self.names} {number}"
                form = {"name": name, "uid": str(uuid4()), "csrf_token": token}
                if self.page("/organizations/new", **form)[0] == 303:
                    self.answered.append(name)
        except (OSError, urllib.error.URLError):
            return  # the server is gone


class _NoRedirect(urllib.request.HTTPErrorProcessor):
    """Return every response unchanged: no redirect is followed, no status raised."""

    def http_response(self, request, response):
        return response

    https_response = http_response


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(url: str, folder, port: int) -> subprocess.Popen[bytes]:
    settings = command_settings(url, folder) | {"CRM_LOG_LEVEL": "error"}
    server = subprocess.Popen(web_command(port), cwd=ROOT, env=settings, stderr=subprocess.DEVNULL, process_group=0)
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        assert server.poll() is None, "the server has ended"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server
        except OSError:
            threading.Event().wait(0.1)
    raise TimeoutError("the server does not come up")


@pytest.mark.faults
@pytest.mark.parametrize("_round", range(3))
def test_answered_writes_survive_the_kill_of_the_server(real_app, real_db, tmp_path, _round):
    with real_app.app_context():
        make_people(["anna"])
        db.session.commit()
    port, answered = free_port(), []
    server = start(real_db, tmp_path, port)
    try:
        writers = [Writer(f"http://127.0.0.1:{port}", f"Writer {n}", answered) for n in range(WRITERS)]
        for writer in writers:
            writer.sign_in()
        for writer in writers:
            writer.start()
        limit = time.monotonic() + PATIENCE
        while len(answered) < BEFORE_KILL and time.monotonic() < limit:
            threading.Event().wait(0.01)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(PATIENCE)
    for writer in writers:
        writer.join(PATIENCE)
    assert len(answered) >= BEFORE_KILL
    with real_app.app_context():
        stored = set(db.session.scalars(sa.select(Organization.name)))
        assert set(answered) <= stored
        # In flight at the kill: at most one for each writer.
        assert len(stored) - len(answered) <= WRITERS
        db.session.rollback()
    checked = real_app.test_cli_runner().invoke(args=["check"])
    assert checked.exit_code == 0, checked.output
