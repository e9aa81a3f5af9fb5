"""Commands of core; features add theirs in their own `cli` module."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from config import ROOT
from crm.core.data.base import db
from crm.core.ops import commands, mail_commands
from crm.core.ops.backup import commands as backups


def init_cli(app: Flask) -> None:
    """Register `db ...` and the commands of core."""
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    for module in (commands, backups, mail_commands):
        module.register(app)
