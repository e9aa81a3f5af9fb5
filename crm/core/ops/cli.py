"""Commands of core; features add theirs in their own `cli` module."""

from __future__ import annotations

from copy import copy

import click
from flask import Flask
from flask_migrate import Migrate

from config import ROOT
from crm.core.data.base import db
from crm.core.ops import commands, mail_commands
from crm.core.ops.backup import commands as backups

DOWNGRADE_PROMPT = "This deletes the data of newer columns and tables. Make a backup first. Downgrade now?"


def init_cli(app: Flask) -> None:
    """Register `db ...` and the commands of core."""
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    _confirm_downgrade(app)
    for module in (commands, backups, mail_commands):
        module.register(app)


def _confirm_downgrade(app: Flask) -> None:
    """Let `db downgrade` ask first, unless it has --yes. The library's commands are shared, so they are copied."""
    group = app.cli.commands["db"] = copy(app.cli.commands["db"])
    assert isinstance(group, click.Group)  # noqa: S101 - of the library
    downgrade = copy(group.commands["downgrade"])
    downgrade.params = [*downgrade.params]
    group.commands = {**group.commands, "downgrade": click.confirmation_option(prompt=DOWNGRADE_PROMPT)(downgrade)}
