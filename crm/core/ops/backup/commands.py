"""The commands `backup` and `restore`. Exit codes.

0 success, 1 invalid backup, 2 usage or a system that isn't empty.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from crm.core.ops.backup.archive import BadBackup, Manifest

NEXT_STEPS_TEXT = """\
Restored from the backup of {made_at}: {rows} rows, {files} files.
Email is paused so that nothing is sent twice. Next steps:
  1. flask --app crm check
  2. Start the web server and the scheduler, and sign in as an administrator.
  3. On the Email page, cancel the emails that were sent after the backup, then choose "Resume all email"."""


def _data_folder() -> Path:
    return Path(current_app.config["CRM_DATA_DIR"])


def _counts(manifest: Manifest) -> dict[str, object]:
    files = sum(not name.startswith("tables/") for name in manifest.sha256)
    return {
        "made_at": manifest.made_at[:16].replace("T", " ") + " UTC",
        "rows": sum(manifest.rows.values()),
        "files": files,
    }


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write every row and attachment to FILE (tar.gz), while people keep working."""
    # Imported here, as in `restore`: a web server needs neither.
    from crm.core.ops.backup.write import write_backup  # noqa: PLC0415

    if not file.resolve().parent.is_dir():
        raise click.UsageError(f"The folder {file.resolve().parent} doesn't exist. Create it first.")
    try:
        manifest = write_backup(file, _data_folder())
    except ValueError as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    click.echo("{made_at}: {rows} rows, {files} files".format_map(_counts(manifest)) + f" in {file}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Load a backup FILE into an empty database. Email stays paused afterward."""
    from crm.core.ops.backup.load import TargetNotEmpty, restore_backup  # noqa: PLC0415

    try:
        manifest = restore_backup(file, _data_folder())
    except BadBackup as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    except TargetNotEmpty as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    click.echo(NEXT_STEPS_TEXT.format_map(_counts(manifest)))


def register(app: Flask) -> None:
    """Add both commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)
