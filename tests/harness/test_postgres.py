"""Parallel runs don't touch each other's servers."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.fixtures import postgres


def test_only_servers_of_killed_runs_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    for name, owner in (("begun", ""), ("running", os.getpid()), ("killed", over.pid)):
        folder = tmp_path / f"{postgres.PREFIX}{name}"
        folder.mkdir()
        (folder / "owner").write_text(str(owner))
    postgres._sweep()
    assert sorted(p.name.removeprefix(postgres.PREFIX) for p in tmp_path.iterdir()) == ["begun", "running"]
    assert postgres._owner(tmp_path / "gone") == 0


def test_server_in_memory_leaves_nothing_there(monkeypatch):
    monkeypatch.setenv(postgres.OWNER, str(os.getpid()))
    monkeypatch.setattr(postgres, "_has_room_in_memory", lambda: True)
    server = postgres.start(postgres.IN_MEMORY)
    data = (server.folder / "data").resolve()
    assert data == postgres.MEMORY / server.folder.name
    assert (data / "PG_VERSION").exists()
    server.remove()
    assert [folder.exists() for folder in (data, server.folder)] == [False, False]
