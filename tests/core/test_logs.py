"""Logs are JSON lines that describe events without personal data."""

from __future__ import annotations

import json
import logging
import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from config import SettingsError, make_settings
from crm.core import logs
from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.jobs import Job, run_job
from tests.factories import organization


@pytest.fixture
def lines(capsys):
    """Return the parsed lines logged since the last call."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def with_info_logs():
    logs.configure("info")
    yield
    logs.configure("info")


def test_request_line_has_user_and_path_without_the_query(client, people, lines, with_info_logs):
    client.login_as("anna")
    lines()
    client.get("/people/?q=Zhou+Limin")
    line = lines()[-1]
    assert line.pop("ms") >= 0
    assert len(line.pop("request")) == 12
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/people/",
        "status": 200,
        "user": people["anna"].id,
    }


def test_secret_in_a_link_is_not_logged(client, lines, with_info_logs):
    lines()
    client.get("/reset/a-very-secret-token")
    client.get("/reset/a-very-secret-token-of-a-link/")
    assert [line["path"] for line in lines()] == ["/reset/<token>", "/reset/.../"]


def test_record_ids_stay_in_the_logged_path(client, people, lines, with_info_logs):
    organization_row = organization("Huadong Water")
    client.login_as("anna")
    lines()
    client.get(f"/organizations/{organization_row.id}/edit")
    assert lines()[-1]["path"] == f"/organizations/{organization_row.id}/edit"


def test_health_probes_are_logged_at_debug_level_only(client, lines, with_info_logs):
    client.get("/healthz")
    assert lines() == []
    logs.configure("debug")
    client.get("/healthz")
    assert [line["path"] for line in lines()] == ["/healthz"]


def test_log_level_hides_lower_levels(client, lines, with_info_logs):
    logs.configure("warning")
    client.get("/login")
    assert lines() == []


def test_values_of_a_rejected_row_are_not_logged(session, lines, with_info_logs):
    session.add(Team(name="Zhou Limin's team"))
    session.flush()
    session.add(Team(name="Zhou Limin's team"))
    with pytest.raises(IntegrityError) as refused:
        session.flush()
    logs.log.error("refused", error=str(refused.value.orig), exc_info=refused.value)
    line = lines()[-1]
    assert "IntegrityError" in line["exception"]
    assert "Zhou" not in json.dumps(line)


def test_job_line_has_name_and_duration(app, session, lines, with_info_logs):
    logs.configure("debug")
    assert run_job(app, Job("count_stars", 60, lambda: None))
    line = lines()[-1]
    assert (line["event"], line["job"], line["level"]) == ("job done", "count_stars", "debug")
    assert line["seconds"] >= 0


def test_failed_job_is_logged_with_its_traceback(app, session, lines, with_info_logs):
    def fail():
        raise LookupError("no stars")

    assert not run_job(app, Job("count_stars", 60, fail))
    line = lines()[-1]
    assert (line["event"], line["job"], line["level"]) == ("job failed", "count_stars", "error")
    assert "LookupError: no stars" in line["exception"]


def test_job_that_finds_the_database_locked_is_logged_in_one_line(app, session, lines, with_info_logs):
    def fail():
        raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))

    assert not run_job(app, Job("count_stars", 60, fail))
    line = lines()[-1]
    assert (line["event"], line["job"], line["error"]) == ("job failed", "count_stars", "database is locked")
    assert "exception" not in line


def test_library_warnings_use_the_same_format(app, lines, with_info_logs):
    logging.getLogger("apscheduler.executors").warning("Run time of %s was missed", "send_mail")
    line = lines()[-1]
    assert (line["event"], line["logger"]) == ("Run time of send_mail was missed", "apscheduler.executors")


def test_configuring_logs_twice_does_not_duplicate_lines(app, lines, with_info_logs):
    logs.configure("info")
    logging.getLogger("x").warning("once")
    assert [line["event"] for line in lines()] == ["once"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("proxies", "sent", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "", "127.0.0.1"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
    ],
)
def test_client_address_is_read_behind_trusted_proxies(new_app, proxies, sent, expected):
    from crm.accounts.models import SecurityEvent

    app = new_app(CRM_PROXIES=proxies, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/login", data={"email": "x@y.example", "password": "wrong"}, headers={"X-Forwarded-For": sent})
    with app.app_context():
        assert [row.address for row in db.session.query(SecurityEvent)] == [expected]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_forwarded_host_is_ignored(new_app, engine):
    client = new_app(CRM_PROXIES=1).test_client()
    page = client.get("/login", headers={"X-Forwarded-Host": "evil.example", "Host": "localhost"})
    assert page.status_code == 200
    assert "evil.example" not in page.text


@pytest.mark.parametrize(("name", "value"), [("CRM_PROXIES", "-1"), ("CRM_LOG_LEVEL", "with_info_logs")])
def test_invalid_log_settings_are_reported_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        make_settings({"CRM_SECRET_KEY": "s" * 40, "CRM_BASE_URL": "https://crm.example.org", name: value})


def test_unknown_setting_is_logged_with_the_one_that_was_meant(lines, with_info_logs):
    logs.warn_of_unknown_settings({"CRM_SMPT_URL": "CRM_SMTP_URL"})
    (line,) = lines()
    assert (line["event"], line["level"], line["similar"]) == ("unknown setting", "warning", "CRM_SMTP_URL")
