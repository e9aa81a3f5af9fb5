"""The launcher of `make run`: its choices, and how it ends what it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from crm.core import serve

ROOT = Path(__file__).parents[2]
WAIT = "import os, signal; os.write(1, b'up\\n'); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"


@pytest.mark.parametrize(
    ("given", "demo"),
    [({}, "1"), ({"CRM_SECRET_KEY": "s" * 40}, None), ({"CRM_DEMO": "0"}, "0"), ({"CRM_DEMO": "1"}, "1")],
)
def test_demo_only_when_nothing_else_is_chosen(monkeypatch, given, demo):
    for name in ("CRM_DEMO", "CRM_SECRET_KEY", "CRM_LOG_LEVEL", "PORT"):
        # Set first, so that what the launcher sets is taken back as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "5099")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert serve.settle_environment() == 5099
    assert os.environ.get("CRM_DEMO") == demo
    assert os.environ.get("CRM_LOG_LEVEL") == (None if given else "warning")


def test_web_server_listens_on_this_machine_only():
    command = serve.web_command(5099)
    assert command[command.index("--bind") + 1] == "127.0.0.1:5099"


def _launch(*programs):
    # By path: the package would bring the whole application along.
    code = f"""
        import runpy, sys
        run_together = runpy.run_path("crm/core/children.py")["run_together"]
        sys.exit(run_together([[sys.executable, "-c", program] for program in {programs!r}]))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _wait_until_up(launcher, count):
    assert [launcher.stdout.readline() for _ in range(count)] == ["up\n"] * count


def _output_ends(launcher):
    """Children share the pipe: it ends only when the last of them has."""
    return launcher.communicate(timeout=20)[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_children(number):
    launcher = _launch(WAIT, WAIT)
    _wait_until_up(launcher, 2)
    launcher.send_signal(number)
    _output_ends(launcher)
    assert launcher.returncode == 0


def test_second_signal_kills_a_child_that_does_not_listen():
    launcher = _launch(DEAF, WAIT)
    _wait_until_up(launcher, 2)
    launcher.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        launcher.wait(timeout=0.6)
    launcher.send_signal(signal.SIGINT)
    _output_ends(launcher)
    assert launcher.returncode == 0


@pytest.mark.parametrize(("child", "code"), [("raise SystemExit(3)", 3), ("", 1)])
def test_end_of_one_child_ends_the_other(child, code):
    launcher = _launch(WAIT, child)
    _output_ends(launcher)
    assert launcher.returncode == code
