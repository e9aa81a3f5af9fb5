"""The command `seed`. Exit codes: 0 done, 2 when this is not the demo or the database is not empty, 1 for a stale schema."""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from crm.core.ops.schema_check import WrongRevision, require_current_schema

SIZES = ("small", "100k", "1m")


@click.command("seed")
@click.option("--size", type=click.Choice(SIZES), default="small", show_default=True, help="Amount of data.")
@with_appcontext
def seed_command(size: str) -> None:
    """Fill an empty database of the demo with sample data."""
    # Imported here: no web server needs it.
    from .seed import DatabaseNotEmpty, seed  # noqa: PLC0415

    if not current_app.config["CRM_DEMO"]:
        _refuse("Sample data is for the demo only: set CRM_DEMO=1.")
    try:
        require_current_schema(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
        seed(size, lambda text: click.echo(text, err=True))
    except DatabaseNotEmpty:
        _refuse("The database already has records. Sample data needs an empty database.")
    except WrongRevision as problem:
        _refuse(str(problem), code=1)
    click.echo(f"Added sample data of size {size}.")


def _refuse(why: str, code: int = 2) -> None:
    click.echo(why, err=True)
    sys.exit(code)


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(seed_command)
