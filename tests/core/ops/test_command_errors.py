"""Commands say what to do about missing settings, an unusable database, another schema and files; no tracebacks."""

from __future__ import annotations

import sqlite3

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from config import SettingsError
from crm import create_app
from tests.fixtures.apps import dispose, make_app

AS_USER = "all commands as the user that runs Causeway."
SETTINGS = {"CRM_SECRET_KEY": "s" * 40, "CRM_BASE_URL": "http://localhost"}
COMMANDS = [
    ["check"],
    ["users", "list"],
    ["users", "link", "anna@demo.example"],
    ["users", "disable", "anna@demo.example", "--reassign-to", "clara@demo.example"],
    ["init", "--admin", "chief@center.example"],
    ["jobs", "once", "heartbeat"],
    ["scheduler"],
    ["matches", "rebuild"],
    ["export", "{folder}/export"],
    ["import", "people", "{folder}/people.csv"],
    ["backup", "{folder}/backup.tar.gz"],
]


def run(app, words, folder):
    (folder / "people.csv").write_text("name\nLi Hui\n")
    return app.test_cli_runner().invoke(args=[word.format(folder=folder) for word in words])


def lines_of_help(*words):
    result = CliRunner().invoke(FlaskGroup(create_app=create_app), [*words, "--help"])
    assert (result.exit_code, "Traceback" in result.output) == (0, False), result.output
    return {line.split()[0] for line in result.output.splitlines() if line.strip()}


@pytest.fixture
def bare(monkeypatch):
    for name in ("CRM_SECRET_KEY", "CRM_DEMO", "CRM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_help_lists_commands_without_settings_and_running_one_names_the_missing_one(bare):
    assert {"backup", "check", "import", "init", "users"} <= lines_of_help()
    assert {"add", "disable", "link"} <= lines_of_help("users")
    assert "--password-stdin" in lines_of_help("users", "add")
    result = CliRunner().invoke(FlaskGroup(create_app=create_app), ["users", "list"])
    assert (result.exit_code, result.output.strip()) == (
        1,
        "Error: Set CRM_SECRET_KEY to a long random text, or CRM_DEMO=1 for the demo.",
    )
    with pytest.raises(SettingsError):
        create_app()


@pytest.mark.parametrize("settings", [SETTINGS, {"CRM_DEMO": "1"}], ids=["center", "demo"])
def test_data_directory_that_cannot_be_written_is_named(bare, tmp_path, settings):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"can't write to CRM_DATA_DIR \(Not a directory: .*file"):
        create_app(**settings, CRM_DATA_DIR=str(tmp_path / "file" / "data"))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_unusable_database_is_one_line(words, engine, tmp_path):
    url = f"sqlite:///{tmp_path}/missing/crm.sqlite" if engine == "sqlite" else "postgresql://127.0.0.1:1/crm"
    app = make_app(url, tmp_path)
    result = run(app, words, tmp_path)
    dispose(app)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert result.output.startswith("Error: The database can't be used: ")
    assert "Check CRM_DATABASE_URL" in result.output.splitlines()[-1]


def test_unusable_database_is_one_line_for_its_upgrade(engine, tmp_path):
    url = f"sqlite:///{tmp_path}/missing/crm.sqlite" if engine == "sqlite" else "postgresql://127.0.0.1:1/crm"
    app = make_app(url, tmp_path)
    result = app.test_cli_runner().invoke(args=["db", "upgrade"])
    dispose(app)
    assert (result.exit_code, result.output.startswith("Error: The database can't be used: ")) == (1, True)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_database_without_tables_names_the_command_to_run(words, engine, databases, tmp_path):
    url = databases.empty(engine)
    app = make_app(url, tmp_path)
    result = run(app, words, tmp_path)
    dispose(app)
    databases.drop(url)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert "flask --app crm db upgrade" in result.output


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_folder_that_cannot_be_made_is_one_line(real_app, tmp_path):
    (tmp_path / "file").touch()
    result = real_app.test_cli_runner().invoke(args=["export", str(tmp_path / "file" / "export")])
    assert (result.exit_code, result.output) == (1, f"Error: Not a directory: {tmp_path}/file/export\n")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lock_of_another_program_is_not_called_an_unusable_database(real_app, monkeypatch):
    def fail() -> None:
        raise OperationalError("", {}, DeadlockDetected("deadlock detected"))

    monkeypatch.setattr("crm.matching.cli.rebuild_matches", fail)
    result = real_app.test_cli_runner().invoke(args=["matches", "rebuild"])
    text = "Error: The database is in use by another program: deadlock detected. Try again.\n"
    assert (result.exit_code, result.output) == (1, text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SQLITE_FULL", "The disk is full. Free up space, then try again."),
        ("SQLITE_READONLY", f"The database can't be changed: no. Run {AS_USER}"),
        ("SQLITE_READONLY_DIRECTORY", f"The database can't be changed: no. Run {AS_USER}"),
        ("SQLITE_CANTOPEN", f"The database can't be used: no. Check CRM_DATABASE_URL, and run {AS_USER}"),
        ("SQLITE_PERM", f"The database can't be used: no. Check CRM_DATABASE_URL, and run {AS_USER}"),
    ],
)
@pytest.mark.parametrize("is_wrapped", [True, False])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_full_disk_and_file_of_another_user_say_what_to_do(real_app, monkeypatch, name, message, is_wrapped):
    reason = sqlite3.OperationalError("no")
    reason.sqlite_errorname = name

    def fail() -> None:
        raise OperationalError("", {}, reason) if is_wrapped else reason

    monkeypatch.setattr("crm.matching.cli.rebuild_matches", fail)
    result = real_app.test_cli_runner().invoke(args=["matches", "rebuild"])
    assert (result.exit_code, result.output) == (1, f"Error: {message}\n")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bug", [LookupError("a bug"), sqlite3.OperationalError("no such column: x")])
def test_other_errors_keep_their_traceback(real_app, monkeypatch, bug):
    def fail() -> None:
        raise bug

    monkeypatch.setattr("crm.matching.cli.rebuild_matches", fail)
    assert real_app.test_cli_runner().invoke(args=["matches", "rebuild"]).exception is bug


@pytest.mark.parametrize("url", ["postgresql://u:p@h:port/d", "postgresql://u:p#w@h:54 32/d"])
def test_database_url_that_cannot_be_read_is_reported_without_the_password(url, tmp_path):
    with pytest.raises(SettingsError, match="CRM_DATABASE_URL must look like") as refused:
        create_app(**SETTINGS, CRM_DATA_DIR=str(tmp_path), CRM_DATABASE_URL=url)
    assert "p#w" not in refused.value.message
