"""The command `check`: is all that is kept in order? Exit codes: 0 yes, 1 no, 2 usage."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import with_appcontext

from crm.core.data.base import db
from crm.core.data.history import Via, act_as
from crm.core.policy import SYSTEM

from .checks import CHECKS, Check


@click.command("check")
@click.option("--repair", is_flag=True, help="Rebuild what is derived: dates, access, board, search index.")
@with_appcontext
def check(*, repair: bool) -> None:
    """Check schema, references, derived dates, access, search index and attachments; 1 when something is wrong."""
    act_as(db.session(), SYSTEM, Via.shell)
    broken = [_tell(one, repair=repair) for one in CHECKS[:1]]
    # On another program's schema the rest cannot be asked.
    if not any(broken):
        broken += [_tell(one, repair=repair) for one in CHECKS[1:]]
    sys.exit(1 if any(broken) else 0)


def _tell(one: Check, *, repair: bool) -> bool:
    """Say how one check went; True when something is wrong, also after the repair."""
    problems = one.wrong()
    if problems and repair and one.repair:
        one.repair()
        db.session.commit()
        left = one.wrong()
        click.echo(f"{one.name:<14} " + ("; ".join(left) if left else f"repaired ({'; '.join(problems)})"))
        problems = left
    else:
        click.echo(f"{one.name:<14} " + ("; ".join(problems) or "ok"))
    db.session.rollback()
    return bool(problems)


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(check)
