"""`make run`: bring the database up to date, then run the web server and the scheduler until a signal comes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import sqlalchemy as sa

from crm import create_app
from crm.core.data.base import db
from crm.core.ops.processes import run_together

FLASK = (sys.executable, "-m", "flask", "--app", "crm")
NOT_EMPTY = 2


def prepare_environment() -> int:
    """Choose the demo when nothing else was chosen; gives the port."""
    if not any(map(os.environ.get, ("CRM_DEMO", "CRM_SECRET_KEY", "CRM_SECRET_KEY_FILE"))):
        os.environ["CRM_DEMO"] = "1"
        # Who tries it out reads the console; a line for each request would bury the addresses and passwords on it.
        os.environ.setdefault("CRM_LOG_LEVEL", "warning")
    os.environ.setdefault("PORT", "5000")
    return int(os.environ["PORT"])


def needs_sample_data() -> bool:
    """Whether this is the demo and its database has no record yet."""
    app = create_app()
    with app.app_context():
        record = sa.table("record", sa.column("id"))
        return bool(app.config["CRM_DEMO"]) and not db.session.scalar(sa.select(sa.exists(sa.select(record.c.id))))


def web_command(port: int) -> Sequence[str]:
    """The web server: two workers of four threads, on this machine only; the program is loaded once and shared."""
    workers = ("--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "4")
    where = ("--no-control-socket", "--bind", f"127.0.0.1:{port}")
    return (sys.executable, "-m", "gunicorn", *workers, *where, "crm.wsgi:app")


def print_urls(port: int) -> None:
    """Tell on the console where to go, and in the demo as whom."""
    sys.stdout.write(f"Causeway: http://127.0.0.1:{port}   (Ctrl-C ends it)\n")
    sys.stdout.flush()
    if os.environ.get("CRM_DEMO"):
        subprocess.run((*FLASK, "users", "demo"), check=False)  # noqa: S603 - a command of ours


def main() -> int:
    """Serve; gives the exit code."""
    port = prepare_environment()
    upgraded = subprocess.run((*FLASK, "db", "upgrade"), check=False)  # noqa: S603 - commands of ours
    if upgraded.returncode:
        return upgraded.returncode
    if needs_sample_data():
        seeded = subprocess.run((*FLASK, "seed", "--size", "small"), check=False)  # noqa: S603
        if seeded.returncode not in (0, NOT_EMPTY):
            return seeded.returncode
    print_urls(port)
    return run_together(web_command(port), [(*FLASK, "scheduler")])


if __name__ == "__main__":
    sys.exit(main())
