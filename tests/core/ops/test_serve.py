"""The launcher of `make run`: its settings, and how it stops its child processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from crm.core.ops import serve
from tests.fixtures.databases import command_settings

ROOT = Path(__file__).parents[3]
WAIT = "import os, signal; os.write(1, b'up\\n'); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"


@pytest.mark.parametrize(
    ("environment", "demo"),
    [
        ({}, "1"),
        ({"CRM_SECRET_KEY": "s" * 40}, None),
        ({"CRM_DEMO": "0"}, "0"),
        ({"CRM_DEMO": "1"}, "1"),
        ({"CRM_SECRET_KEY_FILE": "/run/key"}, None),
    ],
)
def test_demo_is_the_default_only_without_other_settings(monkeypatch, environment, demo):
    for name in ("CRM_DEMO", "CRM_SECRET_KEY", "CRM_SECRET_KEY_FILE", "CRM_LOG_LEVEL", "PORT"):
        # Set first, so that monkeypatch also restores what the launcher sets.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "5099")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert serve.prepare_environment() == "5099"
    assert os.environ.get("CRM_DEMO") == demo
    assert os.environ.get("CRM_LOG_LEVEL") == (None if environment else "warning")


def test_port_that_is_in_use_ends_the_start_with_advice():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        command = [sys.executable, "-m", "crm.core.ops.serve"]
        environment = os.environ | {"PORT": port, "CRM_DEMO": "1", "CRM_DATA_DIR": "/nonexistent"}
        result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 2
        assert result.stderr.startswith(f"Port {port} can't be used (")
        assert "make run PORT=" in result.stderr
    assert serve.find_port_problem(port) is None


@pytest.mark.parametrize("port", ["", "http", "-1", "0", "5_000", "70000"])
def test_port_that_is_no_number_of_a_port_is_refused(port):
    assert serve.find_port_problem(port).startswith(f"PORT is {port!r}.")


def test_web_server_listens_on_this_machine_only():
    command = serve.web_command("5099")
    assert command[command.index("--bind") + 1] == "127.0.0.1:5099"


@pytest.fixture(params=["command", "copy"])
def launch(request):
    """Return a function that runs programs together, as commands or in copies of the launcher."""
    kind = request.param

    def run(server, *workers):
        # Loaded by path: importing the package would load the whole application.
        code = f"""
            import runpy, sys
            processes = runpy.run_path("crm/core/ops/processes.py")

            def make(program):
                if {kind!r} == "command":
                    return [sys.executable, "-c", program]
                return processes["ForkTarget"]("test", lambda: exec(program, {{}}))

            workers = [make(program) for program in {workers!r}]
            sys.exit(processes["run_together"](make({server!r}), workers, first_wait=0.3))
        """
        command = [sys.executable, "-c", textwrap.dedent(code)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return run


def _wait_until_up(launcher, count):
    assert [launcher.stdout.readline() for _ in range(count)] == ["up\n"] * count


def _ends(launcher):
    """Return the output. Children share the pipe, which closes only when the last of them ends."""
    return launcher.communicate(timeout=20)[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_all_children(launch, number):
    launcher = launch(WAIT, WAIT)
    _wait_until_up(launcher, 2)
    launcher.send_signal(number)
    assert (_ends(launcher), launcher.returncode) == ("", 0)


def test_second_signal_kills_a_child_that_ignores_the_first(launch):
    launcher = launch(DEAF, WAIT)
    _wait_until_up(launcher, 2)
    launcher.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        launcher.wait(timeout=0.6)
    launcher.send_signal(signal.SIGINT)
    _ends(launcher)
    assert launcher.returncode == 0


@pytest.mark.parametrize(
    ("server", "code", "how"),
    [
        ("raise SystemExit(3)", 3, "exited with code 3"),
        ("", 1, "exited with code 0"),
        ("import os; os.kill(os.getpid(), 9)", 1, "was stopped by signal 9"),
    ],
)
def test_server_exit_stops_all_children_with_an_error(launch, server, code, how):
    launcher = launch(server, WAIT)
    assert how in _ends(launcher)
    assert launcher.returncode == code


def test_killed_server_leaves_no_child_running(launch):
    server = f"import os, signal\nif not os.fork():\n    {WAIT}\nelse:\n    os.kill(os.getpid(), 9)"
    launcher = launch(server)
    assert "was stopped by signal 9" in _ends(launcher)
    assert launcher.returncode == 1


PID = "import os, signal; os.write(1, f'{os.getpid()}\\n'.encode()); signal.pause()"


def test_killed_worker_is_restarted_while_the_server_runs(launch):
    launcher = launch(WAIT, PID)
    lines = [launcher.stdout.readline() for _ in range(2)]
    first = next(int(line) for line in lines if line != "up\n")
    os.kill(first, signal.SIGKILL)
    second = int(launcher.stdout.readline())
    assert second != first
    assert launcher.poll() is None
    launcher.send_signal(signal.SIGTERM)
    report = _ends(launcher)
    assert "was stopped by signal 9. Restarting in 0.3 s." in report
    assert launcher.returncode == 0


def test_crashing_worker_is_restarted_with_growing_delay(launch):
    launcher = launch(WAIT, "raise SystemExit(4)")
    reports = [launcher.stderr.readline() for _ in range(3)]
    launcher.send_signal(signal.SIGTERM)
    _ends(launcher)
    assert [line.split(" in ")[-1].strip() for line in reports] == ["0.3 s.", "0.6 s.", "1.2 s."]
    assert launcher.returncode == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_scheduler_has_every_job_without_the_commands(real_db, tmp_path):
    code = """
        from crm.core.ops.scheduler import make_scheduler
        from crm.wsgi import app
        print(*sorted(job.id for job in make_scheduler(app).get_jobs()), sep="\\n")
    """
    settings = command_settings(real_db, tmp_path)
    command = [sys.executable, "-c", textwrap.dedent(code)]
    result = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "crm").rglob("*.py")]
    declared = [line for source in sources for line in source.splitlines() if line.startswith("@job(")]
    assert len(result.stdout.split()) == len(declared)
    assert {"send_mail", "plan_reminders", "heartbeat"} <= set(result.stdout.split())
