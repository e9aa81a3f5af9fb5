"""How the program starts: no command more than needed, and little work for the garbage collector."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from crm.core.ops.schema_check import is_schema_current
from tests.fixtures.databases import ROOT, command_settings

pytestmark = [pytest.mark.no_cover, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def _run(code, settings):
    command = [sys.executable, "-c", textwrap.dedent(code)]
    result = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    return result.stdout


def test_launcher_runs_no_command_when_the_schema_is_current(real_db, tmp_path):
    code = """
        from crm.core.ops import serve
        serve.subprocess.run = lambda command, **_: print("command", *command[3:])
        serve.needs_sample_data = lambda app: False
        serve.run_together = lambda web, workers: print(web.name, *(worker.name for worker in workers))
        serve.main()
    """
    settings = command_settings(real_db, tmp_path) | {"PORT": "5098"}
    lines = _run(code, settings).splitlines()
    assert lines == ["Causeway: http://127.0.0.1:5098   (press Ctrl-C to stop)", "web scheduler"]
    demo = _run(code, settings | {"CRM_DEMO": "1"}).splitlines()
    assert [line.split()[0] for line in demo[:3]] == ["Causeway:", "Sample", "anna@demo.example"]
    assert demo[-1] == "web scheduler"
    assert not [line for line in demo if line.startswith("command")]


def test_schema_of_a_new_database_or_without_settings_is_not_current(real_db, tmp_path, monkeypatch):
    for name, value in command_settings(real_db, tmp_path).items():
        monkeypatch.setenv(name, value)
    assert is_schema_current()
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert not is_schema_current()
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'missing' / 'new.sqlite'}")
    assert not is_schema_current()
    monkeypatch.setenv("CRM_SECRET_KEY", "short")
    assert not is_schema_current()


@pytest.mark.parametrize("place", ["sqlite:////missing/folder/crm.sqlite", "postgresql://127.0.0.1:1/crm"])
def test_web_server_without_its_database_says_so_in_one_line(real_db, tmp_path, place):
    settings = command_settings(real_db, tmp_path) | {"CRM_DATABASE_URL": place}
    command = [sys.executable, "-c", "import crm.wsgi"]
    result = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1), result.stderr
    assert result.stderr.startswith("Error: The database can't be used: ")
    assert "?." not in result.stderr


@pytest.mark.parametrize(("from_command", "is_frozen"), [("true", "True"), ("", "False")])
def test_commands_exclude_the_program_from_garbage_collection(real_db, tmp_path, from_command, is_frozen):
    code = """
        import atexit, gc
        from crm import create_app
        atexit.register(lambda: print(gc.get_freeze_count() > 100_000, gc.isenabled()))
        create_app()
        print(gc.get_freeze_count() > 100_000, gc.isenabled())
    """
    settings = command_settings(real_db, tmp_path) | {"FLASK_RUN_FROM_CLI": from_command}
    assert _run(code, settings).split() == [is_frozen, "True", "True", "True"]
