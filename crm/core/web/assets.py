"""Static files under a path that changes with their content, and the settings of Flask and its extensions."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from config import HOST, ROOT, SettingsError
from crm.core.data.connections import PREPARED_STATEMENTS, database_url
from crm.core.mail.smtp import parse_smtp_url
from crm.core.web.security import fixed_headers
from crm.core.web.symbols import init_symbols


@cache
def release() -> str:
    """Return a short hash of all static files: the path segment that lets browsers cache them forever."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "static").rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(ROOT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


OLD_COPIES = 2
"""How many copies of the static files of earlier releases are kept."""
RECYCLE_SECONDS = 3600
"""After how long a connection to SQLite is reopened."""


def flask_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of Flask and its extensions, derived from ours."""
    https = settings["CRM_BASE_URL"].startswith("https:")
    _check_mail(settings["CRM_SMTP_URL"])
    _check_database(settings["CRM_DATABASE_URL"])
    _check_fonts(settings["CRM_FONT_DIR"])
    return {
        **settings,
        "SECRET_KEY": settings["CRM_SECRET_KEY"],
        "SQLALCHEMY_DATABASE_URI": database_url(settings["CRM_DATABASE_URL"]),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(database_url(settings["CRM_DATABASE_URL"])),
        "SESSION_COOKIE_NAME": "__Host-causeway" if https else "causeway",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings["CRM_SESSION_DAYS"]),
        # Every session ends that long after the sign-in, so a page needs no new cookie.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": settings["CRM_UPLOAD_MB"] * 1024 * 1024 + 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": _hosts(settings),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _check_mail(url: str) -> None:
    """Raise an error at startup for a mail server URL that no job could use."""
    if url:
        try:
            parse_smtp_url(url)
        except ValueError as problem:
            raise SettingsError(str(problem)) from None


def _check_database(url: str) -> None:
    """Raise an error at startup for a database URL that can't be read, or without a file that stays."""
    try:
        address = make_url(database_url(url))
    except (ArgumentError, ValueError):
        address = None
    if address is None or (address.drivername == "sqlite" and not _names_file(address)):
        raise SettingsError(
            "CRM_DATABASE_URL must look like postgresql://user:password@host:5432/name or sqlite:////folder/file. "
            "Percent-encode special characters in user and password, such as %23 for #."
        )
    if address.get_backend_name() == "postgresql":
        _check_options(address.query)
    elif not Path(str(address.database).removeprefix("file:")).is_absolute():
        _create_folder_of_relative_files()


def _names_file(address: URL) -> bool:
    """Return whether the URL of SQLite names a file: after two slashes, a name would be that of a host."""
    return not address.host and address.database not in (None, "", ":memory:")


def _create_folder_of_relative_files() -> None:
    """Create the folder in which Flask-SQLAlchemy looks for a file without a path, as it does itself later."""
    try:
        (ROOT / "instance").mkdir(exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"CRM_DATABASE_URL needs an absolute path, with four slashes: sqlite:////folder/file ({error})."
        ) from None


def _check_options(options: Mapping[str, Any]) -> None:
    """Raise an error at startup for misspelled options of PostgreSQL, such as `hots`."""
    from psycopg import ProgrammingError  # noqa: PLC0415 - only needed with PostgreSQL
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    for name in options:
        try:
            make_conninfo("", **{name: "1"})
        except ProgrammingError:
            raise SettingsError(f"CRM_DATABASE_URL has an unknown option {name}. Check its spelling.") from None


def _check_fonts(folder: str) -> None:
    """Raise an error at startup for a directory of fonts that can't be read. A file has no dot in it."""
    if folder and not os.access(f"{folder}/.", os.R_OK):
        raise SettingsError("CRM_FONT_DIR must be a directory that this user can read.")


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        connection = {"timeout": 10, "check_same_thread": False, "cached_statements": PREPARED_STATEMENTS}
        # A connection reads the statistics of the tables when it is opened.
        return {"connect_args": connection, "pool_recycle": RECYCLE_SECONDS, "hide_parameters": True}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10, "hide_parameters": True}


def _hosts(settings: Mapping[str, Any]) -> list[str]:
    """Return the host names to serve, in lower case as browsers send them. Raises SettingsError for anything else."""
    hosts = [h.strip().lower() for h in settings["CRM_TRUSTED_HOSTS"].split(",") if h.strip()]
    # A dot in front stands for all names below a domain.
    if not all(HOST.fullmatch(host.removeprefix(".")) for host in hosts):
        raise SettingsError(
            "CRM_TRUSTED_HOSTS must be host names separated by commas, such as crm.example.org, without https://."
        )
    own = urlsplit(settings["CRM_BASE_URL"]).hostname
    return ["127.0.0.1", "localhost", "[::1]", *([own] if own else []), *hosts]


def compressed(name: str, cache: Path) -> Path:
    """Return a copy of the static files with a gzip file beside each text file.

    Made once per release. The copies of the last releases are kept: after an update a command, such as the nightly
    backup, may start before the web server, which still serves its own copy.
    """
    compiled = cache / name
    if compiled.is_dir():
        return compiled
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=cache, prefix="new-") as work:
        shutil.copytree(ROOT / "static", Path(work) / "static")
        press = Compressor(use_brotli=False, quiet=True)
        for file in (Path(work) / "static").rglob("*"):
            if file.is_file() and press.should_compress(file.name):
                list(press.compress(str(file)))
        with suppress(OSError):  # Another process has just made it.
            (Path(work) / "static").rename(compiled)
    _delete_old_copies(cache, name)
    return compiled


def _delete_old_copies(cache: Path, name: str) -> None:
    copies = [copy for copy in cache.iterdir() if copy.name != name and not copy.name.startswith("new-")]
    with suppress(FileNotFoundError):  # Another process deletes them, too.
        for old in sorted(copies, key=lambda copy: copy.stat().st_ctime_ns, reverse=True)[OLD_COPIES:]:
            shutil.rmtree(old, ignore_errors=True)


def _compress_into(data_dir: Path, name: str) -> Path:
    """Return the compressed copy in the data directory. Raises SettingsError if it can't be written there."""
    try:
        return compressed(name, data_dir / "static-cache")
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise SettingsError(
            f"Causeway can't write to CRM_DATA_DIR ({reason}). Create {data_dir} for the user that runs Causeway, and "
            "run all commands as that user."
        ) from error


def _adder(fixed: Mapping[str, str]) -> Callable[[Any, str, str], None]:
    """Return the function that adds the headers of every response to a static file."""

    def add(headers: Any, _path: str, _url: str) -> None:
        for name, value in fixed.items():
            headers[name] = value

    return add


def init_assets(app: Flask, name: str) -> None:
    """Serve static files compressed and cacheable forever; `static_url` returns their URL in templates."""
    prefix = f"/static/{name}/"
    app.jinja_env.globals["static_url"] = lambda path: prefix + path
    init_symbols(app, f"{prefix}icons.svg")
    if not app.testing:
        files = _compress_into(Path(app.config["CRM_DATA_DIR"]), name)
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(files),
            prefix=prefix,
            allow_all_origins=False,
            add_headers_function=_adder(fixed_headers(https=app.config["CRM_BASE_URL"].startswith("https:"))),
            immutable_file_test=lambda _path, url: url.startswith(prefix),
        )
