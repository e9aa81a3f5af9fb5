"""The command `check`: whether the stored data is in order. Exit codes: 0 yes, 1 no, 2 usage."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import with_appcontext

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.policy import SYSTEM

from .checks import CHECKS, Check


@click.command("check")
@click.option("--repair", is_flag=True, help="Rebuild derived data: dates, access, summaries and search index.")
@with_appcontext
def check(*, repair: bool) -> None:
    """Check schema, references, derived data, search index and attachments. Exits with 1 if something is wrong."""
    act_as(db.session(), SYSTEM, ChangeSource.shell)
    has_problems = [_run(one, repair=repair) for one in CHECKS[:1]]
    # With another version's schema the other checks cannot run.
    if not any(has_problems):
        has_problems += [_run(one, repair=repair) for one in CHECKS[1:]]
    if not repair and any(has_problem and one.repair for has_problem, one in zip(has_problems, CHECKS, strict=False)):
        click.echo("Rebuild derived data with: flask --app crm check --repair")
    sys.exit(1 if any(has_problems) else 0)


def _run(check: Check, *, repair: bool) -> bool:
    """Print the result of one check; return whether there is a problem, also after the repair."""
    problems = check.find_problems()
    if problems and repair and check.repair:
        check.repair()
        db.session.commit()
        remaining = check.find_problems()
        click.echo(f"{check.name:<15} " + ("; ".join(remaining) if remaining else f"repaired ({'; '.join(problems)})"))
        problems = remaining
    else:
        click.echo(f"{check.name:<15} " + ("; ".join(problems) or "ok"))
    db.session.rollback()
    return bool(problems)


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(check)
