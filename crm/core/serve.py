"""`make run`: bring the database up to date, then hold the web workers and the scheduler until told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import sqlalchemy as sa

from crm import create_app

from .db import db

STOP_SECONDS = 35.0
"""How long the children may finish what they do: gunicorn gives running requests 30 seconds."""
FLASK = (sys.executable, "-m", "flask", "--app", "crm")
NOT_EMPTY = 2


def settle_environment() -> int:
    """Choose the demo when nothing else was chosen; gives the port."""
    if not os.environ.get("CRM_DEMO") and not os.environ.get("CRM_SECRET_KEY"):
        os.environ["CRM_DEMO"] = "1"
    os.environ.setdefault("PORT", "5000")
    return int(os.environ["PORT"])


def needs_sample_data() -> bool:
    """Whether this is the demo and its database has no record yet."""
    app = create_app()
    with app.app_context():
        record = sa.table("record", sa.column("id"))
        return bool(app.config["CRM_DEMO"]) and not db.session.scalar(sa.select(sa.exists(sa.select(record.c.id))))


def web_command(port: int) -> Sequence[str]:
    """The web server: two workers of four threads, on this machine only."""
    options = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}")
    return (sys.executable, "-m", "gunicorn", "--no-control-socket", *options, "crm.wsgi:app")


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run commands side by side until one ends or a signal comes; then end all. Gives 0 when a signal ended it.

    Each gets a process group of its own, so that Ctrl-C reaches only this process and the children end in order.
    """
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda at, _frame: told.append(at))
    children = [subprocess.Popen(command, process_group=0) for command in commands]  # noqa: S603 - commands of ours
    while not told and all(child.poll() is None for child in children):
        time.sleep(0.2)
    _end(children, told)
    if told:
        return 0
    return next((child.returncode for child in children if child.returncode > 0), 1)


def _end(children: Sequence[subprocess.Popen[bytes]], told: list[int]) -> None:
    """Ask all children to stop and wait; a second signal, or too long a wait, kills them."""
    asked, last = len(told), time.monotonic() + STOP_SECONDS
    for child in children:
        if child.poll() is None:
            child.terminate()
    while any(child.poll() is None for child in children):
        if len(told) > asked or time.monotonic() > last:
            for child in children:
                child.kill()
        time.sleep(0.05)


def main() -> int:
    """Serve; gives the exit code."""
    port = settle_environment()
    subprocess.run((*FLASK, "db", "upgrade"), check=True)  # noqa: S603
    if needs_sample_data():
        seeded = subprocess.run((*FLASK, "seed", "--size", "small"), check=False)  # noqa: S603
        if seeded.returncode not in (0, NOT_EMPTY):
            return seeded.returncode
    return run_together([web_command(port), (*FLASK, "scheduler")])


if __name__ == "__main__":
    sys.exit(main())
