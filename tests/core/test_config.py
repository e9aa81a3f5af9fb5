"""Settings: read from the environment, refused with a message, derived for Flask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup
from werkzeug.sansio.utils import host_is_trusted

from config import RANGES, Config, SettingsError, list_unknown_settings, make_settings
from crm.accounts.jobs import delete_old_sessions
from crm.accounts.sessions import is_current_session
from crm.core import clock
from crm.core.data.connections import database_url
from crm.core.web.assets import flask_settings

GOOD = {"CRM_SECRET_KEY": "s" * 40, "CRM_BASE_URL": "https://crm.example.org/"}


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    import os

    for name in list(os.environ):
        if name.startswith("CRM_") or name == "PORT":
            monkeypatch.delenv(name)


def test_missing_required_setting_is_reported():
    with pytest.raises(SettingsError, match="CRM_SECRET_KEY"):
        make_settings({"CRM_BASE_URL": "https://x"})
    for url in ("", "crm.example.org", "ftp://crm.example.org"):
        with pytest.raises(SettingsError, match="CRM_BASE_URL"):
            make_settings(GOOD | {"CRM_BASE_URL": url})


def test_missing_required_setting_is_one_line_on_the_console():
    result = CliRunner().invoke(FlaskGroup(create_app=lambda: make_settings({})), ["check"])
    assert (result.exit_code, result.output.splitlines()[0][:25]) == (1, "Error: Set CRM_SECRET_KEY")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM_UPLOAD_MB", "ten"),
        ("CRM_UPLOAD_MB", "0"),
        ("CRM_TIMEZONE", "Mars/Base"),
        ("CRM_TIMEZONE", "../etc"),
        ("CRM_TIMEZONE", "Pacific"),
        ("CRM_TIMEZONE", ""),
        ("CRM_TIMEZONE", "localtime"),
        ("CRM_TIMEZONE", "right/America/Los_Angeles"),
        ("CRM_DATA_DIR", ""),
        ("CRM_DATA_DIR", " "),
        ("CRM_DEMO", "maybe"),
        ("CRM_DEMO", '"1"'),
        ("CRM_FONT_DIR", "/no/such/folder"),
        ("CRM_FONT_DIR", __file__),
        ("CRM_TRUSTED_HOSTS", "https://crm.example.org"),
        ("CRM_TRUSTED_HOSTS", "crm.example.org/"),
        ("CRM_TRUSTED_HOSTS", "a.example b.example"),
        ("CRM_TRUSTED_HOSTS", "a.example; b.example"),
        ("CRM_TRUSTED_HOSTS", "a.example, *"),
        ("CRM_TRUSTED_HOSTS", "a..example"),
        ("CRM_INBOX_ADDRESS", "crm"),
        ("CRM_INBOX_ADDRESS", "@center.example"),
        ("CRM_INBOX_ADDRESS", "Trade Center <crm@center.example>"),
        ("CRM_INBOX_ADDRESS", "crm@center@example.org"),
        ("CRM_INBOX_ADDRESS", "crm @center.example"),
        ("CRM_INBOX_ADDRESS", "crm@center example"),
        ("CRM_INBOX_ADDRESS", "crm@center.example, office@center.example"),
        ("CRM_MAIL_FROM", "the center"),
        ("CRM_MAIL_FROM", "Center <crm>"),
        ("CRM_DATABASE_URL", "mysql://u@h/d"),
        ("CRM_DATABASE_URL", "crm.sqlite"),
        ("CRM_DATABASE_URL", "sqlite://"),
        ("CRM_DATABASE_URL", "sqlite://crm.sqlite"),
        ("CRM_DATABASE_URL", "postgresql:///causeway?hots=/run"),
        ("CRM_SESSION_IDLE_HOURS", "0"),
        ("CRM_SESSION_DAYS", "-1"),
        ("CRM_FRESH_MINUTES", "soon"),
        ("CRM_REQUIRE_SECOND_FACTOR", "admins"),
        ("CRM_PROXIES", "-1"),
        ("CRM_SECURITY_LOG_DAYS", "29"),
        ("CRM_EXPORT_ALERT_ROWS", "-1"),
    ],
)
def test_invalid_setting_is_reported_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        flask_settings(make_settings(GOOD | {name: value}))


@pytest.mark.parametrize("name", [name for name, kind in Config.__annotations__.items() if kind == "int"])
def test_whole_number_has_an_upper_limit(name):
    with pytest.raises(SettingsError, match=f"{name} must be [0-9]+ or less"):
        make_settings(GOOD | {name: "999999999999"})


def test_greatest_whole_numbers_are_used_without_overflow(new_app):
    app = new_app(**{name: most for name, (_least, most) in RANGES.items()})
    client = app.test_client()
    client.set_cookie("session", "old")
    assert client.get("/login").status_code == 200
    with app.app_context():
        delete_old_sessions()
        assert is_current_session(clock.now()) is not None


LOOPBACK = (
    "http://localhost:5000",
    "http://127.0.0.1",
    "http://127.8.0.1:80/",
    "http://[::1]:5000",
    "https://localhost",
)


@pytest.mark.parametrize("secret", ["s" * 31, "change-me", " " * 40])
@pytest.mark.parametrize("demo", ["0", "1"])
def test_short_secret_is_refused(tmp_path, secret, demo):
    values = {"CRM_BASE_URL": LOOPBACK[0], "CRM_DATA_DIR": str(tmp_path), "CRM_DEMO": demo, "CRM_SECRET_KEY": secret}
    if demo == "1" and not secret.strip():
        assert len(make_settings(values)["CRM_SECRET_KEY"]) >= 32
        return
    with pytest.raises(SettingsError, match="CRM_SECRET_KEY"):
        make_settings(values)


@pytest.mark.parametrize("url", ["http://crm.example.org", "http://10.0.0.5:5000", "http://localhost.example.org"])
def test_plain_http_is_accepted_for_this_computer_only(url):
    with pytest.raises(SettingsError, match=r"https://"):
        make_settings(GOOD | {"CRM_BASE_URL": url})


@pytest.mark.parametrize("url", ["https://", "https://:443", "http://[::1", "https://[x]/"])
def test_address_without_a_host_is_refused(url):
    with pytest.raises(SettingsError, match="Set CRM_BASE_URL"):
        make_settings(GOOD | {"CRM_BASE_URL": url})


@pytest.mark.parametrize("rest", ["/login", "/?next=1", "#top", " /", ":99999", ":port", "@b.example", ", b.example"])
def test_address_with_more_than_a_host_and_port_is_refused(rest):
    with pytest.raises(SettingsError, match="Set CRM_BASE_URL"):
        make_settings(GOOD | {"CRM_BASE_URL": f"https://crm.example.org{rest}"})


@pytest.mark.parametrize("demo", ["0", "1"])
@pytest.mark.parametrize("url", LOOPBACK)
def test_every_name_of_this_computer_is_accepted(tmp_path, demo, url):
    values = GOOD | {"CRM_BASE_URL": url, "CRM_DEMO": demo, "CRM_DATA_DIR": str(tmp_path)}
    assert make_settings(values)["CRM_BASE_URL"] == url.rstrip("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM_BASE_URL", "https://crm.example.org"),
        ("CRM_BASE_URL", "http://192.168.1.4:5000"),
        ("CRM_TRUSTED_HOSTS", "crm.example.org"),
        ("CRM_TRUSTED_HOSTS", "localhost, 192.168.1.4"),
    ],
)
def test_demo_refuses_to_be_public(tmp_path, name, value):
    demo = {"CRM_DEMO": "1", "CRM_DATA_DIR": str(tmp_path)}
    make_settings(demo)
    with pytest.raises(SettingsError, match=f"Unset {name}, or unset CRM_DEMO"):
        make_settings(demo | {name: value})


def test_overrides_win_over_the_environment(monkeypatch):
    monkeypatch.setenv("CRM_CENTER_NAME", "Inland Center")
    monkeypatch.setenv("CRM_UPLOAD_MB", "5")
    settings = make_settings(GOOD | {"CRM_UPLOAD_MB": 7})
    assert (settings["CRM_CENTER_NAME"], settings["CRM_UPLOAD_MB"], settings["CRM_DEMO"]) == ("Inland Center", 7, False)
    assert settings["CRM_BASE_URL"] == "https://crm.example.org"
    assert make_settings(GOOD)["CRM_CENTER_NAME"] == "Inland Center"


def test_demo_creates_missing_secrets_and_reuses_them(monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", "5123")
    demo = {"CRM_DEMO": "yes", "CRM_DATA_DIR": str(tmp_path / "data")}
    settings = make_settings(demo)
    assert settings["CRM_BASE_URL"] == "http://127.0.0.1:5123"
    assert settings["CRM_DATABASE_URL"] == f"sqlite:///{tmp_path}/data/crm.sqlite"
    assert len(settings["CRM_SECRET_KEY"]) > 40
    assert make_settings(demo)["CRM_SECRET_KEY"] == settings["CRM_SECRET_KEY"]
    assert (tmp_path / "data" / "demo-secret").stat().st_mode & 0o777 == 0o600


def test_processes_starting_together_share_one_secret(tmp_path):
    demo = {"CRM_DEMO": "1", "CRM_DATA_DIR": str(tmp_path / "data")}
    with ThreadPoolExecutor(8) as pool:
        secrets = {settings["CRM_SECRET_KEY"] for settings in pool.map(lambda _n: make_settings(demo), range(40))}
    assert len(secrets) == 1
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["demo-secret"]


def test_hosts_and_cookies_follow_the_base_url():
    settings = flask_settings(make_settings(GOOD | {"CRM_TRUSTED_HOSTS": "a.example, b.example ,"}))
    assert settings["TRUSTED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]", "crm.example.org", "a.example", "b.example"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert not flask_settings(make_settings(GOOD | {"CRM_BASE_URL": "http://localhost"}))["SESSION_COOKIE_SECURE"]


def test_hosts_are_trusted_as_browsers_send_them():
    hosts = "CRM.Example.net, crm-2.example:8443, .example.com, 10.0.0.5, [::1], münchen.example"
    trusted = flask_settings(make_settings(GOOD | {"CRM_TRUSTED_HOSTS": hosts}))["TRUSTED_HOSTS"]
    for host in ("crm.example.net", "crm-2.example:8443", "crm.example.com", "10.0.0.5", "xn--mnchen-3ya.example"):
        assert host_is_trusted(host, trusted), host


def test_database_url_gets_its_driver():
    for scheme in ("postgres", "postgresql"):
        assert database_url(f"{scheme}://u@h/d") == "postgresql+psycopg://u@h/d"
    assert database_url("sqlite:///x") == "sqlite:///x"


def test_secret_is_read_from_a_file(tmp_path, monkeypatch):
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n", encoding="utf-8")
    monkeypatch.setenv("CRM_SECRET_KEY_FILE", str(file))
    settings = make_settings({"CRM_BASE_URL": "https://crm.example.org"})
    assert settings["CRM_SECRET_KEY"] == "k" * 40
    assert flask_settings(settings)["SECRET_KEY"] == "k" * 40
    with pytest.raises(SettingsError, match="not both"):
        make_settings(GOOD)


@pytest.mark.parametrize("name", ["CRM_SECRET_KEY", "CRM_DATABASE_URL", "CRM_SMTP_URL"])
def test_unreadable_secret_file_fails_at_startup(tmp_path, name):
    values = {key: value for key, value in GOOD.items() if key != name}
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    for file in (tmp_path / "none", tmp_path, tmp_path / "binary"):
        with pytest.raises(SettingsError, match=f"{name}_FILE") as refused:
            make_settings(values | {f"{name}_FILE": str(file)})
        assert "none" not in refused.value.message


def test_short_secret_in_a_file_is_refused(tmp_path):
    (tmp_path / "key").write_text("short", encoding="utf-8")
    with pytest.raises(SettingsError, match="too short"):
        make_settings({"CRM_BASE_URL": "https://x.example", "CRM_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_misspelled_setting_is_noticed():
    names = ["CRM_SMPT_URL", "CRM_SMTP_URL", "CRM_SMTP_URL_FILE", "CRM_TEST_FULL", "CRM_XYZ", "PATH"]
    assert list_unknown_settings(names) == {"CRM_SMPT_URL": "CRM_SMTP_URL", "CRM_XYZ": ""}
