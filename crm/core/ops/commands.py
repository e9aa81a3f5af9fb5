"""The commands `scheduler` and `jobs`: run all jobs at their intervals, or one job by hand."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from crm.core import clock
from crm.core.data.jobs import JOBS, run_job
from crm.core.ops.schema_check import WrongRevision, require_current_schema

jobs = AppGroup("jobs", help="List and run the jobs of the scheduler.")


def _this_app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    return app


def _checked_app() -> Flask:
    """Return the application after checking the schema. Raises ClickException with the command to run."""
    app = _this_app()
    try:
        require_current_schema(app)
    except WrongRevision as problem:
        raise click.ClickException(str(problem)) from None
    return app


def _moment(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("Use the format 2026-12-04T15:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Run every job at its interval until stopped."""
    # Imported here: a web server doesn't need the scheduler.
    from crm.core.ops.scheduler import run_scheduler  # noqa: PLC0415

    run_scheduler(_checked_app())


@jobs.command("list")
def list_jobs() -> None:
    """Show the jobs, how often they run, and what they do."""
    for job in sorted(JOBS.values(), key=lambda one: one.name):
        click.echo(f"{job.name:<24} every {job.every} s  {job.about}")


@jobs.command("once")
@click.argument("name")
@click.option("--now", callback=_moment, metavar="ISO", help="The time to use as now, in UTC unless it has an offset.")
def once(name: str, now: datetime | None) -> None:
    """Run one job now. With --now, emails are still claimed and retried by the real clock."""
    if name not in JOBS:
        raise click.UsageError(f"“{name}” isn't a job. Choose one of these: {', '.join(sorted(JOBS))}.")
    app = _checked_app()
    with clock.frozen(now) if now else nullcontext():
        if not run_job(app, JOBS[name]):
            sys.exit(1)


def register(app: Flask) -> None:
    """Add both commands."""
    app.cli.add_command(scheduler)
    app.cli.add_command(jobs)
