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
