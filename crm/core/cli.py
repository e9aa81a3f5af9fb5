"""Commands of the house itself; features add theirs in their own `cli` room."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from .assets import ROOT
from .backup import commands as backups
from .commands import register
from .db import db


def init_cli(app: Flask) -> None:
    """Register `db ...` and the commands of core."""
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    register(app)
    backups.register(app)
