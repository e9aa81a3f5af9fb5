"""Commands: import a file, export everything. Exit codes: 0 done, 1 rows refused, 2 usage."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from crm.accounts.queries import find_user_by_email
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import load_actor
from crm.core.errors import Problem
from crm.core.lists.export import write_whole
from crm.core.memory import paused_gc
from crm.core.ops.schema_check import WrongRevision, require_current_schema
from crm.core.policy import SYSTEM, Actor

from .listings import list_feature_listings
from .models import ImportRun
from .plan.line import ImportLine
from .policy import MAX_IMMEDIATE_ROWS, ImportKind, LineOutcome
from .services import (
    PreviewSnapshot,
    delete_import_file,
    preview_file,
    replan_lines,
    start_import,
    write_in_slices,
    write_lines,
)

MAX_SHOWN = 50


def _count_rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what each row would do, without writing anything.")
@click.option(
    "--as", "email", metavar="EMAIL", help="Import with the permissions of this user. Default: all permissions."
)
@click.option("--skip-refused", is_flag=True, help="Skip rows with errors and import the rest.")
@with_appcontext
@paused_gc()
def import_file(kind: str, file: Path, email: str | None, *, dry_run: bool, skip_refused: bool) -> None:
    """Import FILE as KIND. If rows have errors, exit with 1 and, without --skip-refused, write nothing."""
    with _transaction():
        actor = _actor(email)
        act_as(db.session(), actor, ChangeSource.shell)
        import_kind = ImportKind.from_code(kind)
        run, lines, written = _import(actor, file, import_kind, dry_run=dry_run, skip_refused=skip_refused)
        _print_result(run, lines, written=written, dry_run=dry_run)
        refused = run.failed
        if not written:
            db.session.rollback()
            delete_import_file(run.stored_as)
    sys.exit(1 if refused else 0)


def _import(
    actor: Actor, file: Path, kind: ImportKind, *, dry_run: bool, skip_refused: bool
) -> tuple[ImportRun, Sequence[ImportLine], bool]:
    """Read, plan and write a file, a long one in slices. Return the run, its lines, and whether it was written."""
    data = file.read_bytes()
    snapshot = preview_file(actor, data, kind)
    run = start_import(actor, data, file.name, kind, snapshot=snapshot)
    run.options = run.options | {"skip_refused": skip_refused}
    if not isinstance(snapshot, PreviewSnapshot):
        return run, [], False
    lines = snapshot.lines
    if dry_run or not run.created + run.updated or (run.failed and not skip_refused):
        return run, lines, False
    if run.rows <= MAX_IMMEDIATE_ROWS:
        lines = replan_lines(actor, run, snapshot)
        write_lines(actor, run, lines)
        return run, lines, True
    run_id = run.id
    db.session.commit()
    written = write_in_slices(run_id, lines)
    return db.session.get_one(ImportRun, run_id, populate_existing=True), lines, written


def _actor(email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    user = find_user_by_email(email)
    if user is None or not user.active:
        raise click.BadParameter(f"No active user has the email address {email}.", param_hint="--as")
    return load_actor(user)


@contextmanager
def _transaction() -> Iterator[None]:
    """Run the block in one transaction; print a problem and exit with 1."""
    try:
        require_current_schema(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
        yield
        db.session.commit()
    except (Problem, WrongRevision) as problem:
        db.session.rollback()
        click.echo(str(problem), err=True)
        sys.exit(1)


def _print_result(run: ImportRun, lines: Sequence[ImportLine], *, written: bool, dry_run: bool) -> None:
    """Print the counts, and a line for each row with errors or warnings."""
    count = 0
    for line in lines:
        if count < MAX_SHOWN and (line.outcome is LineOutcome.error or line.problems):
            problems = "; ".join(f"{column}: {text}" if column else text for column, text in line.problems)
            click.echo(f"row {line.line}: {line.outcome.value}: {problems}")
            count += 1
    counts = f"created {run.created}, updated {run.updated}, skipped {run.skipped}, refused {run.failed}"
    click.echo(f"{counts} of {_count_rows(run.rows)}")
    if not written:
        why = "rows have errors" if run.failed else "there is nothing new"
        click.echo(f"Nothing was written: {'this is a dry run' if dry_run else why}.")


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_all(folder: Path) -> None:
    """Write every list as CSV into FOLDER, one file per list, with archived rows but without confidential ones."""
    with _transaction():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Lists may read the URL of the request.
    with current_app.test_request_context():
        for listing in list_feature_listings():
            with (folder / f"{listing.name}.csv").open("wb") as out:
                count = write_whole(listing, SYSTEM, out)
            click.echo(f"{listing.name}.csv: {_count_rows(count)}")


def register(app: Flask) -> None:
    """Add both commands to the application's command line."""
    app.cli.add_command(import_file)
    app.cli.add_command(export_all)
