"""The request edge with other settings: limit of uploads, HTTPS, a database that doesn't answer."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.engine_in_turn


def test_too_large_request_is_413(new_app):
    client = new_app(CRM_UPLOAD_MB="1").test_client()
    answer = client.post("/login", data={"email": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "the limit is 1 MB in total" in answer.text
    assert 'href="/login"' in answer.text
    field = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + b"x" * (1024 * 1024 + 1) + b"\r\n--b--\r\n"
    assert client.post("/login", data=field, content_type="multipart/form-data; boundary=b").status_code == 413


def test_https_response_sets_hsts(new_app):
    headers = new_app(CRM_BASE_URL="https://crm.example.org").test_client().get("/login").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Set-Cookie"].startswith("__Host-causeway=")
    assert "Secure" in headers["Set-Cookie"]


def test_unreachable_database_is_503_with_the_text(new_app, tmp_path, engine):
    url = "postgresql://nobody@127.0.0.1:1/none" if engine == "postgresql" else f"sqlite:///{tmp_path}/none/none.sqlite"
    client = new_app(CRM_DATABASE_URL=url, WTF_CSRF_ENABLED=False).test_client()
    with client.session_transaction() as cookie:
        cookie["secret"] = "of a session"
    answer = client.post("/people/new", data={"family_latin": "Long typed name"})
    assert answer.status_code == 503
    assert "Long typed name" in answer.text
    assert client.get("/people/").status_code == 503
