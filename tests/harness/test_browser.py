"""The browser of the tests reports what a page does wrong."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

BAD_PAGE = """<!doctype html><title>Bad</title><h1>Bad</h1>
<script>document.title = "inline ran"</script>
<img src="http://127.0.0.1:9/foreign.png" alt=""><script src="/throws.js"></script>"""
GOOD_PAGE = "<!doctype html><title>Good</title><h1>Good 好</h1>"


def _serve(context, path, body, kind="text/html; charset=utf-8"):
    headers = {"Content-Type": kind, "Content-Security-Policy": "default-src 'self'; img-src *"}
    context.route(f"**{path}", lambda route: route.fulfill(status=200, headers=headers, body=body))


def test_faults_of_a_bad_page_are_reported(context, live, browser_errors):
    _serve(context, "/bad", BAD_PAGE)
    _serve(context, "/throws.js", "throw new Error('broken script')", "text/javascript")
    page = context.new_page()
    page.goto("/bad", wait_until="networkidle")
    assert page.title() == "Bad"
    problems, browser_errors.problems = browser_errors.problems, []
    assert any("CSP script-src" in fault for fault in problems)
    assert any(fault.startswith("foreign request: http://127.0.0.1:9/") for fault in problems)
    assert "script: broken script" in problems


def test_good_page_has_no_faults(context, page, browser_errors):
    _serve(context, "/good", GOOD_PAGE)
    page.goto("/good")
    assert page.inner_text("h1") == "Good 好"
    assert browser_errors.problems == []


def test_server_under_test_responds(page, live, browser_errors):
    browser_errors.allowed.append("404")
    answer = page.goto("/no-such-page")
    assert answer.status == 404
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
