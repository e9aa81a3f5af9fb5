"""`make run`: update the database, then run the web server and the scheduler until a signal comes.

Both are copies of this process, made after it loaded the program, so that they share its memory.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module

import sqlalchemy as sa
from flask import Flask

from crm.core.data.base import db
from crm.core.ops.processes import ForkTarget, run_together
from crm.core.ops.schema_check import is_schema_current

FLASK = (sys.executable, "-m", "flask", "--app", "crm")
NOT_EMPTY = 2
USAGE_ERROR = 2
HOST, MAX_PORT = "127.0.0.1", 65535


def prepare_environment() -> str:
    """Choose the demo unless something else was chosen; return the port."""
    if not any(map(os.environ.get, ("CRM_DEMO", "CRM_SECRET_KEY", "CRM_SECRET_KEY_FILE"))):
        os.environ["CRM_DEMO"] = "1"
        # People who try the demo read the console; a line per request would hide the URLs and passwords.
        os.environ.setdefault("CRM_LOG_LEVEL", "warning")
    return os.environ.setdefault("PORT", "5000")


def find_port_problem(port: str) -> str | None:
    """Return why the web server can't listen on a port, and what to do; None if it can."""
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= MAX_PORT):
        return f"PORT is {port!r}. Choose a number from 1 to {MAX_PORT}: make run PORT=5601"
    with socket.socket() as listener:
        # As gunicorn does: connections that a former server closed don't count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, int(port)))
        except PermissionError:
            return f"You don't have permission to use port {port}. Choose one from 1024 on: make run PORT=5601"
        except OSError as error:
            return f"Port {port} can't be used ({error.strerror}). Choose another one: make run PORT=5601"
    return None


def needs_sample_data(app: Flask) -> bool:
    """Return whether this is the demo and its database has no records yet."""
    if not app.config["CRM_DEMO"]:
        return False
    record = sa.table("record", sa.column("id"))
    with app.app_context():
        with db.engine.connect() as connection:
            has_records = connection.scalar(sa.select(sa.exists(sa.select(record.c.id))))
        # A copy of this process must open its own connections.
        db.engine.dispose()
    return not has_records


def web_command(port: str) -> Sequence[str]:
    """Return the command of the web server.

    Two workers of four threads, on this computer only, with the program preloaded.
    """
    workers = ("--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "4")
    where = ("--no-control-socket", "--bind", f"{HOST}:{port}")
    return (sys.executable, "-m", "gunicorn", *workers, *where, "crm.wsgi:app")


def print_urls(app: Flask, port: str) -> None:
    """Print the URL, and in the demo the users and the password."""
    lines = [f"Causeway: http://{HOST}:{port}   (press Ctrl-C to stop)"]
    if app.config["CRM_DEMO"]:
        with app.app_context():
            # Core imports no feature, and the command `users demo` would load the program once more.
            lines += import_module("crm.accounts.demo").describe_demo_users()
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def run_web_server(port: str) -> None:
    """Run `web_command` in this process, which has loaded the program already."""
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 - each process needs its own

    sys.argv = list(web_command(port)[2:])
    run()


def main() -> int:
    """Run the servers; return the exit code."""
    port = prepare_environment()
    if problem := find_port_problem(port):
        sys.stderr.write(f"{problem}\n")
        return USAGE_ERROR
    # The command loads the program and Alembic, which takes longer than the rest of the start.
    if not is_schema_current():
        upgraded = subprocess.run((*FLASK, "db", "upgrade"), check=False)  # noqa: S603 - our own commands
        if upgraded.returncode:
            return upgraded.returncode
    # Settings must be complete, and the schema current, before the program is loaded.
    from crm.core.ops.scheduler import run_scheduler  # noqa: PLC0415
    from crm.wsgi import app  # noqa: PLC0415

    if needs_sample_data(app):
        seeded = subprocess.run((*FLASK, "seed", "--size", "small"), check=False)  # noqa: S603
        if seeded.returncode not in (0, NOT_EMPTY):
            return seeded.returncode
    print_urls(app, port)
    web = ForkTarget("web", lambda: run_web_server(port))
    return run_together(web, [ForkTarget("scheduler", lambda: run_scheduler(app))])


if __name__ == "__main__":
    sys.exit(main())
