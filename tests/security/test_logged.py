"""User input never creates its own log line, and refusals are logged."""

from __future__ import annotations

import json

import pytest

from crm.core import logs


@pytest.fixture
def lines(capsys):
    """Return the raw log lines since the last call."""

    def written() -> list[str]:
        return capsys.readouterr().err.splitlines()

    logs.configure("info")
    yield written
    logs.configure("info")


@pytest.mark.parametrize(
    "sent", ["%0a%7b%22event%22:%22signed_in%22%7d", "%0d%0aGET", "%1b%5b31mred", "%e2%80%a8x", "%c2%85x"]
)
def test_path_with_line_breaks_or_colors_is_one_plain_log_line(client, people, lines, sent):
    client.login_as("anna")
    lines()
    client.get(f"/people/{sent}")
    written = lines()
    assert len(written) == 1
    assert json.loads(written[0])["event"] == "request"
    assert not [char for char in written[0] if not " " <= char <= "~"]


def test_method_with_line_breaks_is_one_log_line(client, people, lines):
    client.open("/login", method="GET\nX")
    assert len([line for line in lines() if line]) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/users/", 403),
        ("GET", "/people/999999", 404),
        ("POST", "/people/new", 422),
        ("GET", "/people/?sort=x", 400),
        ("DELETE", "/people/new", 405),
    ],
)
def test_refused_request_is_logged_with_its_sender(client, people, lines, method, path, status):
    client.login_as("anna")
    lines()
    assert client.open(path, method=method).status_code == status
    line = json.loads(lines()[-1])
    assert (line["status"], line["user"], line["method"]) == (status, people["anna"].id, method)


def test_password_and_cookie_are_not_logged(client, people, lines):
    client.post("/login", data={"email": "anna@demo.example", "password": "wrong-secret-word"})
    client.login_as("anna")
    secret = client.get_cookie("causeway").value
    client.get("/people/?q=Zhou&token=abcdef")
    text = "\n".join(lines())
    for word in ("wrong-secret-word", "causeway-demo", secret, "abcdef", "anna@"):
        assert word not in text
