"""Commands whose errors say what to do: about the settings, the database and the disk. Others keep their traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from copy import copy
from functools import partial, wraps
from typing import Any

import click
from flask import Flask, has_app_context
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError, OperationalError

from config import SettingsError
from crm.core.data.base import db
from crm.core.data.disk import is_disk_full
from crm.core.ops.schema_check import WrongRevision, require_current_schema

Callback = Callable[..., Any]
MAX_REASON_CHARS = 300
SERVER_CODES = {"BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "LOCKED", "NOTADB", "PERM", "READONLY"}
"""SQLite's errors about the file of the database: the second words of their names."""


def is_choosing_command() -> bool:
    """Return whether `flask` looks for a command or lists them for --help, rather than running one."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


def refuse_commands(app: Flask, problem: SettingsError) -> None:
    """Let each command describe itself with --help, but fail with the problem of the settings."""
    _replace_callbacks(app, lambda _name: partial(_refusing, problem))


def explain_errors(app: Flask) -> None:
    """Turn errors of the database and the disk that a command meets into one line and exit code 1."""
    _replace_callbacks(app, lambda name: partial(_explaining, app, needs_schema=name != "db"))


def _replace_callbacks(app: Flask, choose: Callable[[str], Callable[[Callback], Callback]]) -> None:
    app.cli.commands = {name: _copy_with(choose(name), command) for name, command in app.cli.commands.items()}


def _copy_with(change: Callable[[Callback], Callback], command: click.Command) -> click.Command:
    """Return a copy with other callbacks: the commands themselves are shared by all applications of a process."""
    changed = copy(command)
    if isinstance(changed, click.Group):
        changed.commands = {name: _copy_with(change, one) for name, one in changed.commands.items()}
    elif changed.callback is not None:
        changed.callback = change(changed.callback)
    return changed


def _refusing(problem: SettingsError, _callback: Callback) -> Callback:
    def refuse(*_args: Any, **_params: Any) -> None:
        raise problem

    return refuse


def _explaining(app: Flask, callback: Callback, *, needs_schema: bool) -> Callback:
    @wraps(callback)
    def run(*args: Any, **params: Any) -> Any:
        try:
            return callback(*args, **params)
        except (WrongRevision, DBAPIError, OSError, sqlite3.Error) as error:
            message = _describe(app, error, needs_schema=needs_schema)
            if not message:
                raise
            raise click.ClickException(message) from error

    return run


def _describe(app: Flask, error: Exception, *, needs_schema: bool) -> str:
    """Return what to do about an error; "" if it isn't one of the database as a whole, its schema, or a file."""
    if isinstance(error, WrongRevision):
        return str(error)
    if is_disk_full(error):
        return "The disk is full. Free up space, then try again."
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}" if error.filename else ""
    if isinstance(error, DBAPIError | sqlite3.Error) and _is_of_server(error):
        return describe_database_error(error)
    return _describe_schema(app) if needs_schema else ""


def describe_database_error(error: DBAPIError | sqlite3.Error) -> str:
    """Return why the database as a whole can't be used, and what to check."""
    driver_error = _driver_error(error)
    reason = " ".join(str(driver_error).split())[:MAX_REASON_CHARS].rstrip(".?")
    if _is_conflict(error):
        return f"The database is in use by another program: {reason}. Try again."
    code = getattr(driver_error, "sqlite_errorname", "")
    if code.startswith("SQLITE_READONLY"):
        return f"The database can't be changed: {reason}. Run all commands as the user that runs Causeway."
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM")):
        return (
            f"The database can't be used: {reason}. "
            "Check CRM_DATABASE_URL, and run all commands as the user that runs Causeway."
        )
    return f"The database can't be used: {reason}. Check CRM_DATABASE_URL, and whether the database is running."


def _driver_error(error: DBAPIError | sqlite3.Error) -> BaseException | None:
    """Return the error of the driver: SQLAlchemy wraps it, except in migrations, which use SQLite's own connection."""
    return error.orig if isinstance(error, DBAPIError) else error


def _is_of_server(error: DBAPIError | sqlite3.Error) -> bool:
    """Return whether an error is about the server or the file of the database, not about a statement."""
    code = getattr(_driver_error(error), "sqlite_errorname", "")
    return code.split("_")[1] in SERVER_CODES if code else isinstance(error, OperationalError)


def _is_conflict(error: DBAPIError | sqlite3.Error) -> bool:
    """Return whether other programs kept a statement from its lock: SQLite's lock of the file, PostgreSQL's of rows."""
    name = getattr(_driver_error(error), "sqlite_errorname", "")
    state = getattr(_driver_error(error), "sqlstate", "") or ""
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or state[:2] == "40"


def _describe_schema(app: Flask) -> str:
    # The transaction in which the command failed may hold SQLite's lock.
    if has_app_context():
        db.session.rollback()
    try:
        require_current_schema(app)
    except WrongRevision as problem:
        return str(problem)
    except DBAPIError:
        return ""
    return ""
