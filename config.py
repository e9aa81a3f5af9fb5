"""Settings from environment variables (`CRM_...`), one line each. `make_settings` returns them typed and validated."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

ROOT = Path(__file__).parent
LOG_LEVELS = ("debug", "info", "warning", "error")
SECOND_FACTOR_FOR = ("none", "administrators", "managers", "everyone")
DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")
RANGES = {
    "CRM_UPLOAD_MB": (1, 10_000),
    "CRM_MAILING_PER_DAY": (1, 1_000_000),
    "CRM_MAILING_SIZE": (1, 1_000_000),
    "CRM_SECURITY_LOG_DAYS": (30, 36_500),
    "CRM_EXPORT_ALERT_ROWS": (0, 1_000_000_000),
    "CRM_PROXIES": (0, 100),
    "CRM_SESSION_IDLE_HOURS": (1, 876_000),
    "CRM_SESSION_DAYS": (1, 36_500),
    "CRM_FRESH_MINUTES": (1, 1_000_000),
}
"""The least and the greatest value of whole numbers. Periods are at most 100 years: much longer ones overflow."""
FROM_FILES = ("CRM_SECRET_KEY", "CRM_DATABASE_URL", "CRM_SMTP_URL", "CRM_IMAP_URL")
"""Settings that contain secrets. `CRM_SECRET_KEY_FILE` is the path of a file with the value; the others alike."""
MIN_SECRET = 32
"""Minimum length of `CRM_SECRET_KEY` in characters: the result of `secrets.token_urlsafe(24)`, 192 bits."""
_ADDRESS_ONLY = re.compile(r'[^\s@<>()",;]+@[^\s@<>()",;]+')
"""One email address without a name."""
HOST = re.compile(r"([^\W_][\w-]*(\.[\w-]+)*\.?|\[[0-9a-f:.]+\])(:[0-9]+)?", re.IGNORECASE)
"""A host name or address, perhaps with a port."""
_SWITCHES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})
"""Files and folders beside the time zones: the machine's own zone, and copies that browsers don't know."""


class Config:
    """Names, types and defaults. docs/settings.md is generated from this class and its comments."""

    CRM_DATABASE_URL: str = ""  # sqlite:///FILE or postgresql://...; empty: crm.sqlite in the data directory
    CRM_SECRET_KEY: str = (
        ""  # signs sessions and links, encrypts secrets of authenticator apps and secret links;
        # at least 32 random characters; the demo generates one
    )
    CRM_BASE_URL: str = ""  # URL of the application, for links in emails: https, or http on this computer only
    CRM_DATA_DIR: str = "instance"  # directory of the SQLite database, attachments and the demo's secret key
    CRM_SMTP_URL: str = ""  # mail server: smtp://user:pass@host:587?tls=starttls|tls|none; empty: no email is sent
    CRM_MAIL_FROM: str = "Causeway <causeway@localhost>"  # sender of all emails
    CRM_IMAP_URL: str = (
        ""  # mailbox for replies and filed emails: imap://user:pass@host:993/INBOX?tls=tls|starttls|none; empty: off
    )
    CRM_INBOX_ADDRESS: str = (
        ""  # address of that mailbox; email to crm+anything@center.example must arrive there, too; empty: off
    )
    CRM_TIMEZONE: str = "America/Los_Angeles"  # time zone of the center, the default where none is given
    CRM_CENTER_NAME: str = ""  # name of the center in emails and printouts; empty: that of the team, for staff Causeway
    CRM_FONT_DIR: str = ""  # directory with more fonts for PDF files, such as a Chinese one; empty: those of the system
    CRM_DEMO: bool = False  # demo with sample data and public passwords; serves this computer only
    CRM_TRUSTED_HOSTS: str = ""  # host names that are served besides localhost, comma-separated; not in the demo
    CRM_MAILING_PER_DAY: int = 500  # emails to people that one user may send within 24 hours
    CRM_MAILING_SIZE: int = 300  # people that one email may be sent to
    CRM_UPLOAD_MB: int = 10  # maximum size of an attachment or import file in megabytes
    CRM_PROXIES: int = 0  # number of trusted reverse proxies (X-Forwarded-For, X-Forwarded-Proto)
    CRM_SECURITY_LOG_DAYS: int = 400  # days that events are kept in the security log, 30 or more
    CRM_EXPORT_ALERT_ROWS: int = 5000  # rows exported by one user within 24 hours that alert administrators; 0: never
    CRM_SESSION_IDLE_HOURS: int = 12  # hours without use after which a session ends
    CRM_SESSION_DAYS: int = 30  # days after sign-in when every session ends
    CRM_FRESH_MINUTES: int = (
        30  # minutes after sign-in; then changing users or two-factor methods,
        # pausing email and exporting lists require the password again
    )
    CRM_REQUIRE_SECOND_FACTOR: str = (
        "none"  # who must use two-factor authentication: none, administrators, managers or everyone
    )
    CRM_LOG_LEVEL: str = "info"  # debug, info, warning or error; in the demo, `make run` logs warnings and errors only


class SettingsError(click.ClickException):
    """A setting is missing or invalid; the message says what to do."""


def _read_files(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that `CRM_..._FILE` names a file for. Raises SettingsError when it can't be read."""
    values = {}
    for name in FROM_FILES:
        file = str(source.get(f"{name}_FILE", "")).strip()
        if file and source.get(name):
            raise SettingsError(f"Set {name} or {name}_FILE, not both.")
        if file:
            try:
                values[name] = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, ValueError):
                raise SettingsError(f"{name}_FILE must name a text file that this user can read.") from None
    return values


def list_unknown_settings(names: Iterable[str]) -> dict[str, str]:
    """Return variables that look like settings but aren't any, each with the setting that was probably meant or ""."""
    known = {*Config.__annotations__, *(f"{name}_FILE" for name in FROM_FILES)}
    unknown = sorted(n for n in names if n.startswith("CRM_") and n not in known and not n.startswith("CRM_TEST_"))
    return {name: next(iter(get_close_matches(name, known, n=1)), "") for name in unknown}


def _read(name: str, kind: str, default: Any, source: Mapping[str, Any]) -> Any:
    value = source.get(name, default)
    if kind == "bool":
        text = str(value).strip().lower()
        if text and text not in _SWITCHES:
            raise SettingsError(f"{name} must be 1 or 0, not {value!r}.")
        return _SWITCHES.get(text, False)
    if kind == "int":
        try:
            return int(value)
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, not {value!r}.") from None
    return str(value).strip()


def _demo_secret(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "demo-secret"
    if not file.exists():
        # Write to a temporary name first: two processes that start at once must not read half a secret.
        draft = folder / f"demo-secret.{secrets.token_hex(8)}"
        draft.touch(0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


def is_time_zone(name: str) -> bool:
    """Return whether this system knows a time zone, under a name that others know, too."""
    try:
        return name.partition("/")[0] not in _NO_ZONES and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _check(values: Mapping[str, Any]) -> None:
    for name, (least, most) in RANGES.items():
        if values[name] < least:
            raise SettingsError(f"{name} must be {least} or more.")
        if values[name] > most:
            raise SettingsError(f"{name} must be {most} or less.")
    if values["CRM_REQUIRE_SECOND_FACTOR"] not in SECOND_FACTOR_FOR:
        raise SettingsError(f"CRM_REQUIRE_SECOND_FACTOR must be one of {', '.join(SECOND_FACTOR_FOR)}.")
    if values["CRM_LOG_LEVEL"] not in LOG_LEVELS:
        raise SettingsError(f"CRM_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
    if not is_time_zone(values["CRM_TIMEZONE"]):
        raise SettingsError("CRM_TIMEZONE must be a time zone such as Asia/Shanghai.")
    if not all(parseaddr(values["CRM_MAIL_FROM"])[1].partition("@")):
        raise SettingsError("CRM_MAIL_FROM must be an address, such as Trade Center <crm@example.org>.")
    if values["CRM_INBOX_ADDRESS"] and not _ADDRESS_ONLY.fullmatch(values["CRM_INBOX_ADDRESS"]):
        raise SettingsError("CRM_INBOX_ADDRESS must be only an address, without a name, such as crm@example.org.")
    if values["CRM_DATABASE_URL"] and not values["CRM_DATABASE_URL"].startswith(DATABASES):
        raise SettingsError("CRM_DATABASE_URL must begin with sqlite:/// or postgresql://.")


def is_loopback(host: str | None) -> bool:
    """Return whether a host name or address means this computer, such as localhost, 127.0.0.1 or ::1."""
    if (host or "").rstrip(".").lower() == "localhost":
        return True
    try:
        address = ip_address((host or "").strip("[]"))
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _host_of(url: str) -> str | None:
    """Return the host of a base URL; None if it has none, or more than a host and a port."""
    scheme, _separator, rest = url.partition("://")
    with suppress(ValueError):
        if scheme in ("http", "https") and HOST.fullmatch(rest.rstrip("/")) and urlsplit(url).port != 0:
            return urlsplit(url).hostname
    return None


def _check_address(url: str, *, demo: bool) -> None:
    """Raise SettingsError for a base URL that is incomplete, unencrypted, or public in the demo."""
    host = _host_of(url)
    if not host:
        raise SettingsError("Set CRM_BASE_URL to the address people type, without a path: https://crm.example.org")
    if demo and not is_loopback(host):
        raise SettingsError(
            f"The demo's passwords are public, so it can't be served at {host}. Unset CRM_BASE_URL, or unset CRM_DEMO."
        )
    if url.startswith("http://") and not is_loopback(host):
        raise SettingsError(
            "Passwords would be sent unencrypted. Set CRM_BASE_URL to an https:// address; "
            "http:// is accepted for this computer only, such as http://localhost:5000."
        )


def _check_doors(values: Mapping[str, Any]) -> None:
    """Raise SettingsError for a weak secret, an unencrypted base URL, or a demo that other computers could reach."""
    if not values["CRM_SECRET_KEY"]:
        raise SettingsError("Set CRM_SECRET_KEY to a long random text, or CRM_DEMO=1 for the demo.")
    if len(values["CRM_SECRET_KEY"]) < MIN_SECRET:
        raise SettingsError(
            f"CRM_SECRET_KEY is too short. Use at least {MIN_SECRET} random characters: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    _check_address(values["CRM_BASE_URL"], demo=values["CRM_DEMO"])
    hosts = [host.strip() for host in values["CRM_TRUSTED_HOSTS"].split(",") if host.strip()]
    if values["CRM_DEMO"] and not all(map(is_loopback, hosts)):
        raise SettingsError(
            "The demo's passwords are public, so it serves this computer only. "
            "Unset CRM_TRUSTED_HOSTS, or unset CRM_DEMO."
        )


def make_settings(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return all settings by name; overrides take precedence over environment variables.

    Raises SettingsError for an invalid value, and outside the demo when the secret key or base URL is missing.
    """
    source: dict[str, Any] = {**os.environ, **(overrides or {})}
    source |= _read_files(source)
    values = {name: _read(name, kind, getattr(Config, name), source) for name, kind in Config.__annotations__.items()}
    if not values["CRM_DATA_DIR"]:
        raise SettingsError("Set CRM_DATA_DIR to a directory, or remove it from the settings.")
    folder = ROOT / values["CRM_DATA_DIR"]
    values["CRM_DATA_DIR"] = str(folder)
    if values["CRM_DEMO"]:
        try:
            values["CRM_SECRET_KEY"] = values["CRM_SECRET_KEY"] or _demo_secret(folder)
        except OSError as error:
            raise SettingsError(f"Causeway can't write to CRM_DATA_DIR ({error.strerror}: {folder}).") from error
        values["CRM_BASE_URL"] = values["CRM_BASE_URL"] or f"http://127.0.0.1:{source.get('PORT') or 5000}"
    _check(values)
    _check_doors(values)
    values["CRM_DATABASE_URL"] = values["CRM_DATABASE_URL"] or f"sqlite:///{folder / 'crm.sqlite'}"
    values["CRM_CENTER_NAME"] = values["CRM_CENTER_NAME"] or "Causeway"
    values["CRM_BASE_URL"] = values["CRM_BASE_URL"].rstrip("/")
    return values
