"""Command: compute all matches again."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from crm.core.data.base import db

from .services import rebuild_matches

matches = AppGroup("matches", help="Compute matches of needs with products.")


@matches.command("rebuild")
def rebuild() -> None:
    """Compute all matches again, for example after an upgrade."""
    count = rebuild_matches()
    db.session.commit()
    click.echo(f"Computed {count} matches.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(matches)
